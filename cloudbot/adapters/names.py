"""Whether a host name resolves: asked of the machine's resolver (getaddrinfo(3)), nothing is connected to."""

from __future__ import annotations

import asyncio
import socket

from cloudbot.core.ports import Outcome, Permanent, Sent, Transient

SECONDS = 10.0
_NO_SUCH = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})


async def resolves(host: str) -> Outcome:
    """Look a name up. `Sent` if it has an address, `Permanent` if it has none, `Transient` if nobody could say."""
    try:
        async with asyncio.timeout(SECONDS):
            await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except TimeoutError:
        return Transient("the resolver does not answer")
    except socket.gaierror as error:
        if error.errno in _NO_SUCH:
            return Permanent(f"{host} does not resolve")
        return Transient(f"the resolver says: {error.strerror}")
    except (OSError, UnicodeError) as error:
        return Permanent(f"{host} cannot be looked up: {error}")
    return Sent()
