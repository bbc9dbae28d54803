"""Whether one signal stands where it used to stand: a robust level of the past weeks, in one pass and bounded memory.

A reading is smoothed over some hours and compared with the median of the smoothed past, in units of its spread (1.4826
times the median absolute deviation, which is the standard deviation of normal readings: Rousseeuw and Croux,
"Alternatives to the median absolute deviation", JASA 88, 1993). The last day is kept out of that past, so that a slow
failure does not become its own normal; and one event gives one alarm, however long it lasts.

The settings were chosen on made-up series (a daily cycle, slow drift, noise that hangs together and has heavy tails,
shifts of three to nine standard deviations), never on readings of a benchmark.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

_SAMPLE_S = 3600.0
_TO_STANDARD_DEVIATION = 1.4826


@dataclass(frozen=True, slots=True)
class LevelSettings:
    """How the detector judges.

    Attributes:
        smoothing_s: time constant of the smoothing [s].
        memory_s: how long the past is [s].
        gap_s: how much of the newest past is kept out [s].
        learning_s: past that is needed before anything is judged [s].
        threshold: deviation that is an alarm [standard deviations].
        quiet_s: how long all must have been well before there is another alarm [s].
    """

    smoothing_s: float = 3 * 3600.0
    memory_s: float = 28 * 86400.0
    gap_s: float = 86400.0
    learning_s: float = 7 * 86400.0
    threshold: float = 4.0
    quiet_s: float = 86400.0


@dataclass(frozen=True, slots=True)
class LevelVerdict:
    """What the detector says of a reading.

    Attributes:
        score: distance from the level of the past [standard deviations]; 0 while it learns.
        alarm: whether an event begins here.
    """

    score: float
    alarm: bool


class LevelDetector:
    """Judges readings one by one, in the order in which they come.

    A time that steps back (a clock set to winter time) stands still until it has caught up.

    Example:
        A month of days between 65 and 75 °C, a reading an hour; then one of 110 °C after the other.

        >>> detector = LevelDetector()
        >>> month = [70 + 5 * math.sin(math.tau * hour / 24) for hour in range(24 * 30)]
        >>> any(detector.score_one(3600.0 * hour, value).alarm for hour, value in enumerate(month))
        False
        >>> [detector.score_one(3600.0 * hour, 110.0).alarm for hour in range(24 * 30, 24 * 30 + 6)]
        [False, True, False, False, False, False]
    """

    def __init__(self, settings: LevelSettings | None = None) -> None:
        self.settings = settings or LevelSettings()
        self._smoothed = math.nan
        self._now_s = -math.inf
        self._next_sample_s = -math.inf
        self._quiet_until_s = -math.inf
        self._level, self._spread = math.nan, math.nan
        self._recent: deque[float] = deque()
        # A ring: the newest sample takes the oldest one's place, and their order does not matter to a median.
        self._past = np.empty(round(self.settings.memory_s / _SAMPLE_S))
        self._past_samples = 0

    def score_one(self, time_s: float, value: float) -> LevelVerdict:
        """What is to be said of the next reading.

        Args:
            time_s: when it was read [s], from any epoch.
            value: what was read, in any unit; what is no number says nothing.
        """
        if not math.isfinite(value):
            return LevelVerdict(0.0, alarm=False)
        self._smooth(time_s, value)
        if self._now_s >= self._next_sample_s:
            self._remember()
        score = abs(self._smoothed - self._level) / self._spread if self._spread > 0 else 0.0
        beyond = score > self.settings.threshold
        alarm = beyond and self._now_s >= self._quiet_until_s
        if beyond:
            self._quiet_until_s = self._now_s + self.settings.quiet_s
        return LevelVerdict(score, alarm)

    def _smooth(self, time_s: float, value: float) -> None:
        """Take the reading into the smoothed value, by the time that has passed."""
        if math.isnan(self._smoothed):
            self._smoothed, self._now_s = value, time_s
            self._next_sample_s = time_s + _SAMPLE_S
            return
        passed_s = max(time_s - self._now_s, 0.0)
        self._now_s += passed_s
        self._smoothed += (value - self._smoothed) * -math.expm1(-passed_s / self.settings.smoothing_s)

    def _remember(self) -> None:
        """Take a sample, let the oldest of the newest past become past, and find its level."""
        self._next_sample_s = self._now_s + _SAMPLE_S
        self._recent.append(self._smoothed)
        if len(self._recent) > round(self.settings.gap_s / _SAMPLE_S):
            self._past[self._past_samples % len(self._past)] = self._recent.popleft()
            self._past_samples += 1
        if self._past_samples >= self.settings.learning_s / _SAMPLE_S:
            past = self._past[: self._past_samples]
            self._level = float(np.median(past))
            self._spread = _TO_STANDARD_DEVIATION * float(np.median(np.abs(past - self._level)))
