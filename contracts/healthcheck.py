"""Asks a program's own page how it is: `python -m contracts.healthcheck URL`, the health check of the images.

Images have no shell and no curl for it, so it is written with the standard library. A program that is frozen still
takes connections, for the kernel does; it does not answer, and so it is the time limit that finds it.

Exit status: 0 it is well, 1 it is not or does not answer, 2 a wrong call.
"""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

PATIENCE_S = 4.0
"""For the whole answer; the images' checks are given five seconds by the engine."""
_SHOWN_BYTES = 300


def main(arguments: Sequence[str]) -> int:
    """Ask, say in one line what was found, and return the exit status.

    Args:
        arguments: the page's address alone.
    """
    address = urlsplit(arguments[0]) if len(arguments) == 1 else SplitResult("", "", "", "", "")
    if address.scheme != "http" or not address.hostname:
        sys.stderr.write("Call it with one address: python -m contracts.healthcheck http://127.0.0.1:9100/healthz\n")
        return 2
    well, told = ask(address, PATIENCE_S)
    sys.stdout.write(f"{told}\n")
    return 0 if well else 1


def ask(address: SplitResult, patience_s: float) -> tuple[bool, str]:
    """Whether a page answers with 200, and what it says, in one line.

    Args:
        address: of a page over plain HTTP.
        patience_s: how long to wait for the whole answer [s].
    """
    where = address.geturl()
    until = time.monotonic() + patience_s
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=patience_s)
    try:
        connection.request("GET", address.path or "/")
        if connection.sock is not None:
            connection.sock.settimeout(max(until - time.monotonic(), 0.001))
        answer = connection.getresponse()
        body = answer.read(_SHOWN_BYTES)
    except TimeoutError:
        return False, f"{where} has not answered within {patience_s:g} s."
    except (OSError, http.client.HTTPException) as error:
        return False, f"{where} does not answer: {error or type(error).__name__}."
    finally:
        connection.close()
    told = " ".join(body.decode("utf-8", "replace").split())
    return answer.status == http.client.OK, f"{where} answers {answer.status}: {told}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
