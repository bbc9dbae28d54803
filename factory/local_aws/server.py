"""The local AWS as one process: the emulator with its holes closed, its state on disk.

The order is what matters: the environment is set and the holes are closed before the emulator is asked to do anything,
and no listener opens before its state is loaded.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import functools
import os
import resource
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog

from contracts.errors import SettingsError
from factory.local_aws.answers import answer_as_aws
from factory.local_aws.calls import FILE, CallRecord, keep_calls
from factory.local_aws.checkpoint import Checkpointer, render_state
from factory.local_aws.credentials import RootCredentials, root_credentials
from factory.local_aws.errors import LocalAwsError, PortTakenError
from factory.local_aws.gate import Gate
from factory.local_aws.holes import (
    LEAST_EXECUTIONS,
    check_version,
    close_dynamodb,
    close_function_keys,
    close_iam,
    close_iot,
    close_lambda,
)
from factory.local_aws.journal import ItemJournal
from factory.local_aws.rule_sql import close_rules
from factory.local_aws.sessions import SessionStore
from factory.local_aws.settings import TEMPORARY, LocalAwsSettings, emulator_environment

_LISTENER_PATIENCE_S = 30.0


def run(settings: LocalAwsSettings) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        LocalAwsError: another version of the emulator, a taken port or data directory.
        SettingsError: a data directory that cannot be written.
    """
    check_version()
    _make_data_dir(settings.data_dir)
    with _alone(settings.data_dir):
        _check_port(settings.host, settings.http_port, "LOCAL_AWS_HTTP_PORT")
        _check_port(settings.host, settings.mqtt_port, "LOCAL_AWS_MQTT_PORT")
        _raise_file_limit()
        # Keys and secrets are in the state: what the emulator writes is for its owner alone.
        os.umask(0o077)
        root = root_credentials(settings.data_dir)
        os.environ.update(emulator_environment(settings, root))
        _empty(settings.data_dir / TEMPORARY)
        tempfile.tempdir = None  # whoever asked before was told another
        asyncio.run(_serve(settings, root))


def _make_data_dir(data_dir: Path) -> None:
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        (data_dir / "lock").touch()
    except OSError as error:
        raise SettingsError(
            f"LOCAL_AWS_DATA_DIR={str(data_dir)!r} cannot be written: {error.strerror}.",
            remedy="Name a directory of your own.",
        ) from None


@contextlib.contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    with (data_dir / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LocalAwsError(
                f"Another local AWS has its state in {data_dir}.",
                remedy="Stop it, or choose another LOCAL_AWS_DATA_DIR.",
            ) from None
        yield


def _check_port(host: str, port: int, setting: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTakenError(
                f"{host}:{port} cannot be listened on ({error.strerror}).", remedy=f"Set {setting} to a free port."
            ) from None


def _empty(directory: Path) -> None:
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(mode=0o700, exist_ok=True)


def _raise_file_limit() -> None:
    # A connection is a file: the usual soft limit of 1,024 would be the limit of the plant.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def _serve(settings: LocalAwsSettings, root: RootCredentials) -> None:
    # The emulator reads its environment when it is imported, so it is imported here and not above.
    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from ministack import app as emulator
    from ministack.core import iam_actions, iam_evaluator, lambda_runtime, persistence
    from ministack.services import cloudwatch, cloudwatch_logs, dynamodb, iot, lambda_svc, secretsmanager, sts

    close_iam(iam_evaluator, iam_actions, sts, root.access_key_id)
    keep_calls(iam_evaluator, CallRecord(settings.data_dir / FILE))
    close_iot(iot, settings.host)
    close_rules(iot)
    answer_as_aws(emulator, iot, secretsmanager)
    log = structlog.get_logger("local-aws")
    state_dir = settings.data_dir.absolute() / "state"
    journal = ItemJournal(state_dir)
    close_dynamodb(dynamodb, journal)
    close_function_keys(lambda_runtime, sts)
    close_lambda(lambda_svc, cloudwatch_logs, cloudwatch, max(LEAST_EXECUTIONS, os.cpu_count() or 1))
    sessions = SessionStore(iot, state_dir)
    render = functools.partial(render_state, persistence._state_format_version, persistence._json_default)  # noqa: SLF001
    states = emulator._build_persistence_save_dict  # noqa: SLF001
    checkpointer = Checkpointer(state_dir, states, render, journals={"dynamodb": journal})
    config = Config()
    config.bind = [
        f"[{settings.host}]:{settings.http_port}" if ":" in settings.host else f"{settings.host}:{settings.http_port}"
    ]
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    restored = sessions.restore()
    stop = _stop_event()
    background = [asyncio.create_task(checkpointer.run()), asyncio.create_task(_keep_sessions(sessions))]
    background.append(asyncio.create_task(_announce(settings, emulator, iot, restored)))
    for task in background:
        # Serving on without checkpoints, or without a broker, would be worse than not serving.
        task.add_done_callback(lambda ended: stop.set() if not ended.cancelled() and ended.exception() else None)
    try:
        await serve(Gate(emulator.app, checkpointer), config, shutdown_trigger=stop.wait)  # type: ignore[arg-type]
        # The connections were aborted: each puts its session away in a task of its own.
        await asyncio.sleep(0.2)
        log.info("stopped", messages_kept=sessions.save_messages())
    finally:
        for task in background:
            task.cancel()
        results = await asyncio.gather(*background, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


def _stop_event() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


async def _keep_sessions(sessions: SessionStore) -> None:
    while True:
        await asyncio.sleep(1.0)
        try:
            sessions.save_subscriptions()
        except OSError as error:
            structlog.get_logger("local-aws").error("sessions not kept", error=str(error))


async def _announce(settings: LocalAwsSettings, emulator: Any, iot: Any, sessions: int) -> None:
    """Say that it is ready; fail if the broker's listener did not open."""
    for _ in range(int(_LISTENER_PATIENCE_S / 0.05)):
        if emulator._iot_mtls_state != "starting" and emulator._iot_mtls_task is not None:  # noqa: SLF001
            break
        await asyncio.sleep(0.05)
    if not iot.mtls_is_listening():
        raise LocalAwsError(
            f"The MQTT listener did not open on {settings.host}:{settings.mqtt_port}.",
            remedy="The lines above say why; LOCAL_AWS_MQTT_PORT chooses another port.",
        )
    structlog.get_logger("local-aws").info(
        "ready",
        http=f"http://{settings.host}:{settings.http_port}",
        mqtt=f"{settings.host}:{settings.mqtt_port}",
        data_dir=str(settings.data_dir),
        sessions_restored=sessions,
    )
