"""A whole team in one request: GraphQL through the pinned session, as much at once as the server bears."""
