"""The bodies of what is posted: read in pieces and never beyond a limit, packed or not."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PACKED = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
"""Content codings we unpack, with zlib's word for each (RFC 9110, 8.4.1)."""


class TooLarge(Exception):  # noqa: N818 - a state of the request
    """The body is beyond the limit, as sent or unpacked."""


async def sent(pieces: AsyncIterator[bytes], most: int) -> bytes:
    """Read a body as it was sent. Raises `TooLarge` as soon as it is."""
    found: list[bytes] = []
    size = 0
    async for piece in pieces:
        size += len(piece)
        if size > most:
            raise TooLarge
        found.append(piece)
    return b"".join(found)


def unpacked(body: bytes, coding: str, most: int) -> bytes:
    """Unpack a body; one that is not what it says stays as it was sent. Raises `TooLarge` without unpacking it all."""
    word = PACKED.get(coding.strip().lower())
    if word is None:
        return body
    try:
        unpacker = zlib.decompressobj(word)
        plain = unpacker.decompress(body, most + 1)
    except zlib.error:
        return body
    if len(plain) > most:
        raise TooLarge
    return plain if unpacker.eof else body
