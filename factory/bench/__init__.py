"""Benchmarks of the hot paths, each a ratio to a named baseline measured in the same run.

Machines differ and are noisy; a ratio within one run says more than a figure alone. A case is two functions that do the
same work on the same input, ours and the plainest thing that a good engineer would write instead; `measure` takes turns
between them so that a slow moment of the machine meets both.
"""

from factory.bench.measure import Case, Result, measure

__all__ = ["Case", "Result", "measure"]
