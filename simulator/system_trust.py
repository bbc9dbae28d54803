"""TLS contexts without the system's trust store.

awscrt loads that store into each context (7 ms, of 0.2 ms) before ours takes its place, and a thousand machines have a
context each. Only the CA beside the identities is trusted. botocore has a bundle of its own and is not touched.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

_BARE = {"SSL_CERT_FILE": os.devnull, "SSL_CERT_DIR": "/nonexistent"}


@contextmanager
def spared_system_trust() -> Iterator[None]:
    """Let TLS contexts be built without the system's trust store, in this process and those that it starts.

    Example:
        >>> with spared_system_trust():
        ...     os.environ["SSL_CERT_FILE"]
        '/dev/null'
    """
    before = {name: os.environ.get(name) for name in _BARE}
    os.environ.update(_BARE)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
