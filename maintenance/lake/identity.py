"""Whether something is still what it was, where its time or its ETag says that it is not.

A lake that was copied (`cp -r`, `aws s3 sync`) has new times, or ETags instead, which differ where it was uploaded in
other parts. What counts is the content: its digest is compared, once, and the state then knows the copy by its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from maintenance.lake.state import DayState, FileState, InputState
from maintenance.lake.stores import Store, StoredObject

_AT_ONCE = 16 * 2**20
"""So much is in memory of an object that is looked at [bytes]."""


def recognised(store: Store, state: DayState, found: Iterable[StoredObject]) -> DayState:
    """The state of a day with the versions that its objects and files have now, where their content is what it was.

    Args:
        store: where the lake lies.
        state: what is known.
        found: objects and files as they are there.

    Returns:
        The very same state, where there was nothing to recognise.
    """
    there = {one.key: one for one in found}
    inputs = {
        key: told.model_copy(update={"version": there[key].version})
        for key, told in state.inputs.items()
        if _is_a_copy(store, told, there.get(key))
    }
    files = {
        name: told.model_copy(update={"version": there[told.key].version})
        for name, told in state.files.items()
        if _is_a_copy(store, told, there.get(told.key))
    }
    if not inputs and not files:
        return state
    return state.model_copy(update={"inputs": state.inputs | inputs, "files": state.files | files})


def _is_a_copy(store: Store, told: InputState | FileState, found: StoredObject | None) -> bool:
    """Whether an object has another version than is told, and the content that is told."""
    if found is None or found.version == told.version or found.size != told.size or not told.sha256:
        return False
    return _sha256(store, found.key) == told.sha256


def _sha256(store: Store, key: str) -> str | None:
    """Digest of an object's bytes; None if they cannot be read."""
    digest = hashlib.sha256()
    files, before = store.files()
    try:
        # By default pyarrow would unpack what is called .gz.
        with files.open_input_stream(before + key, compression=None) as content:
            while part := content.read(_AT_ONCE):
                digest.update(part)
    except OSError:
        return None  # who needs its rows reads it again, and says why it cannot
    return digest.hexdigest()
