"""Random numbers that belong to a machine, whoever plays it.

Technique: counter-based generation. A number is a pure function of (seed, name, stream, counter), so any subset of
machines in any
shard draws what it would draw alone, and a row of 10,000 machines is drawn in one pass over an array. The function is
the output mix of SplitMix64 over `key + counter · golden ratio`, which is the generator of that name begun at a key of
its own (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014,
doi:10.1145/2660193.2660195); the idea of counters instead of state is Salmon et al., "Parallel random numbers: as easy
as 1, 2, 3", SC 2011, doi:10.1145/2063384.2063405. Tried and dropped: one `numpy.random.Philox` a machine, which needs
10,000 calls a step.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from statistics import NormalDist

import numpy as np

from simulator.arrays import Floats, Integers, Words

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_TO_UNIT = 2.0**-53


def stable_key(*parts: object) -> int:
    """A 64-bit key of some words, the same on every machine and day.

    Example:
        >>> stable_key(1, "M001") == stable_key(1, "M001"), stable_key(1, "M001") == stable_key(2, "M001")
        (True, False)
    """
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


@cache
def _stream_key(stream: str) -> np.uint64:
    return np.uint64(stable_key("stream", stream))


def _mix(words: Words) -> Words:
    words = (words ^ (words >> np.uint64(30))) * _MIX_1
    words = (words ^ (words >> np.uint64(27))) * _MIX_2
    return words ^ (words >> np.uint64(31))


@cache
def _normal_quantiles() -> Floats:
    """The middle quantiles of 65,536 equally likely slices of the standard normal distribution."""
    normal = NormalDist()
    upper = np.array([normal.inv_cdf((place + 0.5) / 65536) for place in range(32768, 65536)])
    return np.concatenate([-upper[::-1], upper])


class Randomness:
    """The random numbers of some names (machines, lines) under one seed.

    Args:
        seed: seed of the plant.
        names: what each element belongs to; the name, not the place, decides what is drawn.

    Example:
        >>> both = Randomness(1, ["M001", "M002"])
        >>> alone = Randomness(1, ["M002"])
        >>> bool(both.uniform("noise", 7)[1] == alone.uniform("noise", 7)[0])
        True
    """

    def __init__(self, seed: int, names: Iterable[str]) -> None:
        self._keys: Words = np.array([stable_key(seed, name) for name in names], dtype=np.uint64)
        self._streams: dict[str, Words] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def take(self, rows: Integers) -> Randomness:
        """The same for some of the names."""
        some = Randomness(0, ())
        some._keys = self._keys[rows]
        return some

    def _stream(self, stream: str) -> Words:
        keys = self._streams.get(stream)
        if keys is None:
            keys = self._streams[stream] = _mix(self._keys ^ _stream_key(stream))
        return keys

    def _unit(self, stream: str, counter: Words) -> Floats:
        words = _mix(self._stream(stream) + counter * _GOLDEN)
        return (words >> np.uint64(11)).astype(np.float64) * _TO_UNIT  # 53 bits are what a float64 holds

    def uniform(self, stream: str, counter: int | Integers) -> Floats:
        """Numbers in [0, 1), one a name.

        Args:
            stream: purpose; streams are independent.
            counter: which number of the stream, for all or for each.
        """
        return self._unit(stream, np.asarray(counter).astype(np.uint64).reshape(-1))

    def uniforms(self, stream: str, counters: Integers) -> Floats:
        """Numbers in [0, 1) for a table of counters: shape (T, names), or (T, 1) for the same counters for all.

        Returns:
            Shape (T, names).
        """
        return self._unit(stream, counters.astype(np.uint64))

    def normals(self, stream: str, counter: int | Integers) -> tuple[Floats, Floats]:
        """Two independent standard normal numbers a name (Box and Muller, 1958)."""
        even = np.asarray(counter).astype(np.uint64).reshape(-1) * np.uint64(2)
        # One minus a number in [0, 1) lies in (0, 1], where the logarithm is finite.
        first = 1.0 - self._unit(stream, even)
        angle = 2 * np.pi * self._unit(stream, even + np.uint64(1))
        radius: Floats = np.sqrt(-2.0 * np.log(first))
        return radius * np.cos(angle), radius * np.sin(angle)

    def noise(self, stream: str, counters: Integers) -> tuple[Floats, Floats, Floats, Floats]:
        """Four independent standard normal numbers a counter and name, for noise of which much is needed.

        The inversion method by table: each quarter of a 64-bit word picks one of 65,536 quantiles, so that a word is
        enough for four numbers and no logarithm is taken. The values lie within 4.4 standard deviations; `normals`
        has no such bound.

        Args:
            stream: purpose; streams are independent.
            counters: which numbers of the stream, shape (T,).

        Returns:
            Four arrays of shape (T, names).
        """
        words = _mix(self._stream(stream) + counters.astype(np.uint64)[:, None] * _GOLDEN)
        quarters = words.view(np.uint16).reshape(*words.shape, 4)
        table = _normal_quantiles()
        first, second, third, fourth = (table[quarters[..., place]] for place in range(4))
        return first, second, third, fourth

    def normal(self, stream: str, counter: int | Integers) -> Floats:
        """A standard normal number a name."""
        return self.normals(stream, counter)[0]
