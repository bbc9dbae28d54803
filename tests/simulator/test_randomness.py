"""Random numbers that belong to a machine."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.randomness import Randomness, stable_key

NAMES = [f"M{number:05d}" for number in range(20_000)]


def splitmix64(state: int) -> int:
    """One output of SplitMix64, written after the paper in plain integers."""
    mask = 2**64 - 1
    z = (state + 0x9E3779B97F4A7C15) & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    return z ^ (z >> 31)


def test_numbers_are_splitmix64() -> None:
    """The n-th number of a stream is the n-th output of SplitMix64 from the stream's key."""
    # First output from state 1234567: 6457827717110365317, the test vector on Rosetta Code.
    assert splitmix64(1234567) == 6457827717110365317

    random = Randomness(0, ["M001"])
    random._streams["any"] = np.array([1234567], dtype=np.uint64)

    assert random.uniform("any", 1)[0] == (6457827717110365317 >> 11) * 2.0**-53


def test_name_decides_and_not_the_place() -> None:
    """A machine draws the same numbers in any company."""
    whole, part = Randomness(3, NAMES), Randomness(3, NAMES[500:700])

    assert np.array_equal(whole.normal("noise", 9)[500:700], part.normal("noise", 9))


def test_take_is_the_same_machines() -> None:
    """A part taken from the whole draws what the whole draws."""
    whole, rows = Randomness(3, NAMES), np.array([5, 7, 11])

    assert np.array_equal(whole.uniform("noise", 9)[rows], whole.take(rows).uniform("noise", 9))


@pytest.mark.parametrize("other", [("noise", 8, 3), ("load", 9, 3), ("noise", 9, 4)])
def test_seed_stream_and_counter_all_matter(other: tuple[str, int, int]) -> None:
    """Another seed, stream or counter gives numbers that have nothing to do with the first."""
    stream, counter, seed = other
    first, second = Randomness(3, NAMES).normal("noise", 9), Randomness(seed, NAMES).normal(stream, counter)

    # The correlation of 20,000 independent pairs has a standard deviation of 1/sqrt(20,000) = 0.007; six of them.
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.042


def test_moments_of_the_numbers() -> None:
    """Uniform and normal numbers have the moments they should have."""
    random = Randomness(3, NAMES)
    uniform, (first, second) = random.uniform("u", 0), random.normals("n", 0)

    # Standard errors with n = 20,000: mean of U 0.0020, mean of N 0.0071, std of N 0.0050, fourth moment 0.069.
    assert uniform.mean() == pytest.approx(0.5, abs=0.012)
    assert first.mean() == pytest.approx(0.0, abs=0.042)
    assert first.std() == pytest.approx(1.0, abs=0.030)
    assert (first**4).mean() == pytest.approx(3.0, abs=0.42)
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.042


def test_sequence_of_one_machine_is_not_correlated() -> None:
    """Numbers of one machine that follow one another are independent."""
    random = Randomness(3, ["M001"])
    series = np.concatenate([random.normal("n", counter) for counter in range(20_000)])

    assert abs(np.corrcoef(series[:-1], series[1:])[0, 1]) < 0.042


def test_keys_keep_words_apart() -> None:
    """Words that join to the same text have different keys."""
    assert stable_key("a", "bc") != stable_key("ab", "c")


def test_noise_is_normal_and_independent() -> None:
    """Four numbers a word: mean 0, deviation 1, the kurtosis of a normal distribution, and no correlation."""
    four = Randomness(3, NAMES).noise("n", np.arange(3))

    for one in four:
        # 60,000 numbers: standard errors of 0.0041, 0.0029 and 0.02; five of them.
        assert one.mean() == pytest.approx(0, abs=0.021)
        assert one.std() == pytest.approx(1, abs=0.015)
        assert ((one / one.std()) ** 4).mean() == pytest.approx(3, abs=0.1)
        assert np.abs(one).max() < 4.4
    flat = np.array([one.ravel() for one in four])
    assert np.abs(np.corrcoef(flat) - np.eye(4)).max() < 0.021
    # From one moment to the next: 20,000 pairs.
    assert abs(np.corrcoef(four[0][0], four[0][1])[0, 1]) < 0.036


def test_noise_of_a_block_is_that_of_its_moments() -> None:
    """In whatever blocks counters are asked for, each has the same numbers."""
    random = Randomness(3, NAMES[:50])
    whole, part = random.noise("n", np.arange(10)), random.noise("n", np.array([7]))

    assert all(np.array_equal(one[7], other[0]) for one, other in zip(whole, part, strict=True))
