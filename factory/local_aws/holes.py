"""The emulator's holes, closed in our own process without touching its files.

Found in ministack 1.5.33 and tried there; each is a name of its module that is replaced after the import:

* a client without any certificate was let in, and could publish: the TLS context now requires one;
* the MQTT listener was on all interfaces, whatever BIND_HOST said: it now binds to the host that was asked for, and a
  port that is taken is an error instead of a line in the log;
* an away session kept 1,000 messages, the rest was lost without a word: it now keeps a million;
* IoT policies of more than 1,024 certificates were parsed again with every message: now of 65,536.

Another version may have other names or other holes, so this one alone is accepted.
"""

# ruff: noqa: SLF001 - replacing the private names of another program is what this file is for
from __future__ import annotations

import asyncio
import functools
import importlib.metadata
import inspect
import ssl
from collections.abc import Callable
from typing import Any

from factory.local_aws.errors import EmulatorMovedError

VERSION = "1.5.33"
QUEUED_MESSAGES = 1_000_000
CACHED_POLICIES = 65_536

_NAMES: dict[str, str] = {
    "_mtls_build_ssl_context": "function",
    "_mtls_start_locked": "coroutine function",
    "_mtls_port": "function",
    "_MtlsAcceptor": "class",
    "_mtls_server": "value",
    "_mtls_loop": "value",
    "_parsed_iot_policy": "cached function",
    "_MAX_QUEUED_MESSAGES": "value",
    "_persistent_sessions": "value",
    "_connected_clients": "value",
    "_PersistentSessionState": "class",
    "mtls_is_listening": "function",
}


def check_version() -> None:
    """Refuse another version of the emulator than the one we know.

    Raises:
        EmulatorMovedError: another is installed.
    """
    installed = importlib.metadata.version("ministack")
    if installed != VERSION:
        raise EmulatorMovedError(
            f"ministack {installed} is installed, and this launcher knows how to close the holes of {VERSION} only.",
            remedy=f"Install ministack=={VERSION}.",
        )


def close_holes(iot: Any, host: str) -> None:
    """Replace what is open in the emulator's IoT module.

    Args:
        iot: `ministack.services.iot`, freshly imported.
        host: address for the MQTT listener.

    Raises:
        EmulatorMovedError: one of the names is not what it was.
    """
    _check_names(iot)
    iot._MAX_QUEUED_MESSAGES = QUEUED_MESSAGES
    iot._mtls_build_ssl_context = _requiring_certificate(iot._mtls_build_ssl_context)
    iot._mtls_start_locked = _listening_on(iot, host)
    parse = iot._parsed_iot_policy.__wrapped__
    iot._parsed_iot_policy = functools.lru_cache(CACHED_POLICIES)(parse)


def _check_names(iot: Any) -> None:
    kinds: dict[str, Callable[[Any], bool]] = {
        "function": inspect.isfunction,
        "coroutine function": inspect.iscoroutinefunction,
        "class": inspect.isclass,
        "cached function": lambda thing: hasattr(thing, "__wrapped__"),
        "value": lambda _thing: True,
    }
    for name, kind in _NAMES.items():
        if not hasattr(iot, name) or not kinds[kind](getattr(iot, name)):
            raise EmulatorMovedError(
                f"ministack's {name} is no longer a {kind}, so one of its holes cannot be closed.",
                remedy=f"Install ministack=={VERSION} anew.",
            )


def _requiring_certificate(build: Any) -> Any:
    @functools.wraps(build)
    def build_requiring() -> ssl.SSLContext:
        context: ssl.SSLContext = build()
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    return build_requiring


def _listening_on(iot: Any, host: str) -> Any:
    async def start_locked() -> None:
        if iot._mtls_server is not None:
            return
        loop = asyncio.get_running_loop()
        iot._mtls_server = await loop.create_server(iot._MtlsAcceptor, host=host, port=iot._mtls_port(), backlog=4096)
        iot._mtls_loop = loop

    return start_locked
