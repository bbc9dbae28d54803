"""Keeping the emulator's state on disk while it runs.

The emulator writes its state when it is stopped in order, and loses it all when it is killed. The checkpointer writes
what has changed: at once, before the caller gets its answer, for the small services on which others build (a lease
that is granted and then forgotten would let a sequence number be used twice); within a few seconds for the others.
Many changes share one writing, and writing takes at most a tenth of the time.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import structlog

from contracts.files import PRIVATE, write_whole
from factory.local_aws.errors import LocalAwsError
from factory.local_aws.journal import ItemJournal

State = Mapping[str, Any]
States = Callable[[], Mapping[str, Callable[[], State | None]]]

AT_ONCE = frozenset({"dynamodb", "iam", "kms", "secretsmanager", "sns", "sqs"})
"""Services whose change is on disk before it is acknowledged."""

FEEDS: Mapping[str, tuple[str, ...]] = {
    "sns": ("sns", "sqs"),
    "s3": ("s3", "sns", "sqs"),
    "lambda": ("lambda", "cloudwatch_logs"),
    "logs": ("cloudwatch_logs",),
    "monitoring": ("cloudwatch",),
    "events": ("eventbridge",),
    "iotdata": ("iot",),
    "ses": ("ses", "ses_v2"),
    "states": ("stepfunctions",),
}
"""The emulator's state files that a call of a service (by its signing name) may change, if not just its own."""

INTERVAL_S = 2.0
_SHARE = 0.1
_ATTEMPTS = 5


class Checkpointer:
    """Writes the changed parts of the state, many changes at a time.

    Args:
        directory: where the emulator reads its state from at its start.
        states: the emulator's functions that give each service's state, by the name of its file.
        render: the text of a state file.
        interval_s: the longest that a change that is not kept at once waits [s].
        journals: where single changes of a service are kept between two writings of its state, by the name of its file.
    """

    def __init__(
        self,
        directory: Path,
        states: States,
        render: Callable[[str, State], str],
        interval_s: float = INTERVAL_S,
        journals: Mapping[str, ItemJournal] | None = None,
    ) -> None:
        self._directory = directory
        self._states = states
        self._render = render
        self._interval_s = interval_s
        self._journals = journals or {}
        self._waiting: set[str] = set()
        self._lock = asyncio.Lock()
        self._soonest = 0.0
        self._log = structlog.get_logger("local-aws")

    async def changed(self, service: str) -> None:
        """Note a change; return when it is on disk if it is of a service that is kept at once.

        Raises:
            LocalAwsError: it cannot be written, so it must not be acknowledged.
        """
        names = FEEDS.get(service, (service,))
        self._waiting.update(names)
        if service not in AT_ONCE:
            return
        # Who waits for the lock meanwhile finds its change written by whoever had it: nothing to do then.
        async with self._lock:
            for _attempt in range(_ATTEMPTS):
                if not (urgent := self._waiting.intersection(names)):
                    return
                await self._write(urgent)
        if self._waiting.intersection(names):
            raise LocalAwsError(f"The state of {service} cannot be written to {self._directory}.")

    async def run(self) -> None:
        """Write what waits, again and again, until cancelled; then what is left."""
        try:
            while True:
                await asyncio.sleep(max(self._interval_s, self._soonest - time.monotonic()))
                self._waiting.update(name for name, journal in self._journals.items() if journal.is_long)
                await self.flush()
        finally:
            await self.flush()

    async def flush(self) -> None:
        """Write all that waits."""
        async with self._lock:
            await self._write(set(self._waiting))

    async def _write(self, names: set[str]) -> None:
        if not names:
            return
        # Taken off before the copy is made: what changes during it waits for the next one.
        self._waiting -= names
        began = time.monotonic()
        writing = asyncio.ensure_future(asyncio.to_thread(self._write_files, names))
        try:
            self._waiting |= await asyncio.shield(writing)
        except asyncio.CancelledError:
            # The thread goes on, and would put old content over what is written meanwhile: wait, and write again.
            self._waiting |= names | await writing
            raise
        self._soonest = time.monotonic() + (time.monotonic() - began) / _SHARE

    def _write_files(self, names: set[str]) -> set[str]:
        states = self._states()
        return {name for name in names & states.keys() if not self._write_file(name, states[name])}

    def _write_file(self, name: str, state_of: Callable[[], State | None]) -> bool:
        journal = self._journals.get(name)
        try:
            # Before the state is copied: what changes meanwhile is in the new part, and is played over it.
            covered = journal.begin() if journal is not None else 0
            if (state := state_of()) is not None:
                replace_file(self._directory / f"{name}.json", self._render(name, state))
                if journal is not None:
                    journal.drop(covered)
        except RuntimeError as error:
            # The state was changed while it was being copied: it is written again.
            self._log.debug("checkpoint repeated", state=name, error=str(error))
            return False
        except (OSError, TypeError, ValueError) as error:
            self._log.error("checkpoint failed", state=name, error=str(error))
            return False
        return True


def replace_file(path: Path, text: str) -> None:
    """Write a file whole or not at all, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(path, text, mode=PRIVATE)


def render_state(version: Callable[[str], int], default: Callable[[Any], Any], name: str, state: State) -> str:
    """The text of a state file as the emulator itself would write it, from the fast encoder.

    Args:
        version: the emulator's format version of a service's file.
        default: the emulator's encoding of what JSON has no word for.
        name: name of the file.
        state: what the emulator said when it was asked for its state.
    """
    return json.dumps({"__ministack_format__": version(name), "payload": state}, default=default)
