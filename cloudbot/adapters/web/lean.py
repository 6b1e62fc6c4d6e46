"""aiohttp's server without what we never use of it: certificates of every authority, and a table of all file types.

Importing any of aiohttp makes the TLS contexts of a client that a server never uses: 2 MiB of every bot. OpenSSL looks
for the authorities where SSL_CERT_FILE says (openssl-env(7)), so for the length of the import that is nowhere. A client
made with those contexts would trust nobody; whoever needs one gives it a context of its own. The system's table of file
types (mimetypes, `init`) is a third of a megabyte, for files that this door does not serve.
"""

import mimetypes
import os
import sys

if "aiohttp" not in sys.modules:
    _before = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = os.devnull
    mimetypes.init(files=[])
    try:
        import aiohttp  # noqa: F401 - its import is the point
    finally:
        if _before is None:
            del os.environ["SSL_CERT_FILE"]
        else:
            os.environ["SSL_CERT_FILE"] = _before
