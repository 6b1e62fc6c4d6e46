"""Providers, accounts, images, offers, registrations: what is known of them, and every order that changes it."""
