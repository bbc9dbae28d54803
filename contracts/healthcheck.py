"""Asks a program's own page how it is: `python -m contracts.healthcheck URL`, the health check of the images.

Whoever must wait for another program waits here as well (`wait_until_well`).

Images have no shell and no curl for it, so it is written with the standard library. A program that is frozen still
takes connections, for the kernel does; it does not answer, and so it is the time limit that finds it.

Exit status: 0 it is well, 1 it is not or does not answer, 2 a wrong call.
"""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Callable, Sequence
from urllib.parse import SplitResult, urlsplit

PATIENCE_S = 4.0
"""For the whole answer; the images' checks are given five seconds by the engine."""
PAUSE_S = 0.5
"""Between two questions of whoever waits."""
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
        address: of a page over HTTP or HTTPS.
        patience_s: how long to wait for the whole answer [s].
    """
    where = address.geturl()
    until = time.monotonic() + patience_s
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=patience_s)
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


def wait_until_well(
    url: str,
    patience_s: float,
    *,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
    on_wait: Callable[[], None] = lambda: None,
) -> bool:
    """Whether a page answered with 200 in time; the question is put again every half second.

    Args:
        url: the page.
        patience_s: how long to wait [s].
        sleep: pauses for so many seconds.
        clock: time [s].
        on_wait: called once, before the first pause.
    """
    address, until, waited = urlsplit(url), clock() + patience_s, False
    while not ask(address, PATIENCE_S)[0]:
        if clock() >= until:
            return False
        if not waited:
            on_wait()
            waited = True
        sleep(PAUSE_S)
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
