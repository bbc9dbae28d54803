"""Files that somebody may read at any moment: they are there whole, or as they were before."""

from __future__ import annotations

import os
from pathlib import Path

PRIVATE = 0o600
"""Permission bits of what its owner alone may read."""


def write_whole(path: Path, content: str | bytes, *, mode: int = 0o666, sync: bool = False) -> None:
    """Write a file under another name beside it, and rename that (rename(2): a name is replaced at once).

    Args:
        path: where; its directory is there.
        content: bytes, or text that becomes UTF-8.
        mode: permission bits, less what the process masks.
        sync: whether it is on the disk, and not in memory alone, when this returns.

    Raises:
        OSError: it cannot be written; what was there before is untouched.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as place:
        ...     write_whole(Path(place) / "a.txt", "one")
        ...     [(path.name, path.read_text()) for path in Path(place).iterdir()]
        [('a.txt', 'one')]
    """
    # Hidden, and with an end of its own: no reader's pattern takes it for a file.
    draft = path.with_name(f".{path.name}.draft")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
