"""When Python looks for garbage in cycles: rarely, and never among the machines.

A message makes half a dozen objects that live until its answer, and none of them is in a cycle. To the collector they
look like a leak all the same: with its own thresholds it goes through everything that thousands of machines consist of,
again and again, and that cost as much as the publishing itself (1,000 machines, 4 messages a second each: 110 µs of CPU
a message, 75 without).
"""

from __future__ import annotations

import gc

_YOUNG = 50_000
"""Objects made and not freed before it looks at the youngest; more than a process has in flight."""


def collect_rarely() -> None:
    """Let the collector look less often, for the whole process."""
    gc.set_threshold(_YOUNG, 50, 100)


def set_aside() -> None:
    """Set aside what lives now, after machines have come or gone: it is not looked at again until the next time."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
