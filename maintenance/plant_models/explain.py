"""Why: which signals an answer comes from, by how much, and in words.

A signal's contribution is the difference that it makes: the score with the machine as it is, less the score with this
signal's features as those of a healthy machine of its model (its median while calm). It is told on the scale of the
answer: log-odds of maintenance. Contributions of signals that act together need not add up to the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from maintenance.features import FEATURE_PLACE, FEATURES
from maintenance.features.arrays import Floats, unknown_allowed
from maintenance.plant_models.prepared import Prepared

SIGNALS = ("temp", "vibration", "rpm", "power", "state")
"""What an answer can come from, by the key in the telemetry."""
MOST = 3
"""So many signals are told."""

_BY_PREFIX = {
    "residual": "temp", "over_hall": "temp", "hall": "temp", "temp": "temp", "rest_residual": "temp",
    "vibration": "vibration", "excess": "vibration", "added": "vibration", "wear_index": "vibration",
    "to_limit": "vibration", "rest_vibration": "vibration",
    "speed": "rpm", "slip": "rpm", "still": "rpm", "rest_speed": "rpm",
    "power": "power", "rest_power": "power",
    "running": "state", "down": "state", "since_repair": "state", "seen": "state",
}  # fmt: skip


class Reason(NamedTuple):
    """A signal that an answer comes from.

    Attributes:
        signal: one of `SIGNALS`.
        contribution: by how much it moves the score.
        words: what is unusual about it, for people.
    """

    signal: str
    contribution: float
    words: str

    def as_json(self) -> dict[str, Any]:
        """As verdicts carry it."""
        return {"signal": self.signal, "contribution": round(self.contribution, 3), "words": self.words}


class _Phrase(NamedTuple):
    """What can be said of a feature that is more than usual; if `both`, with `below` of one that is less."""

    feature: str
    text: str
    scale: float = 1.0
    both: bool = False


def _usual_phrases(name: str, key: str) -> tuple[_Phrase, ...]:
    return (
        _Phrase(f"{key}_missing_6h", name + " is missing in {:.0f} % of the readings", 100),
        _Phrase(f"{key}_flat_6h", name + " repeats itself in {:.0f} % more of the readings than usual", 100),
    )


_PHRASES: dict[str, tuple[_Phrase, ...]] = {
    "vibration": (
        _Phrase("vibration_past_7d", "vibration {:.1f} mm/s above its own past week", both=True),
        _Phrase("vibration_past_1d", "vibration {:.1f} mm/s above its own past day", both=True),
        _Phrase("added", "vibration {:.1f} mm/s above that of a healthy machine"),
        _Phrase("vibration_peak_6h", "single vibration values {:.1f} mm/s farther off than usual"),
        *_usual_phrases("vibration", "vibration"),
    ),
    "temp": (
        _Phrase("over_hall_past_7d", "temperature {:.1f} K above its own past week", both=True),
        _Phrase("over_hall_past_1d", "temperature {:.1f} K above its own past day", both=True),
        _Phrase("over_hall_6h", "temperature {:.1f} K above what power and hall explain", both=True),
        _Phrase("residual_std_6h", "temperature scatters by {:.1f} K more than usual"),
        _Phrase("temp_peak_6h", "single temperatures {:.1f} K farther off than usual"),
        *_usual_phrases("temperature", "temp"),
    ),
    "rpm": (
        _Phrase("slip_6h", "speed {:.1f} % of rated above what goes with its power", 100, both=True),
        _Phrase("slip_past_7d", "speed at its power {:.1f} % of rated above its own past week", 100, both=True),
        _Phrase("slip_std_6h", "speed scatters by {:.1f} % of rated more than usual", 100),
        _Phrase("speed_peak_6h", "single speeds {:.1f} % of rated farther off than usual", 100),
        _Phrase("still_6h", "the shaft stands in {:.0f} % of the time in which the machine says it runs", 100),
        *_usual_phrases("speed", "speed"),
    ),
    "power": (
        _Phrase("power_past_7d", "power {:.0f} % of rated above its own past week", 100, both=True),
        _Phrase("power_6h", "power {:.0f} % of rated above the usual", 100, both=True),
        _Phrase("power_jump_6h", "power jumps by {:.1f} % of rated more than usual", 100),
        *_usual_phrases("power", "power"),
    ),
    "state": (
        _Phrase("running_6h", "it runs {:.0f} % of the time above the usual", 100, both=True),
        _Phrase("since_repair", "its last long repair was {:.0f} days ago", 1 / 24),
    ),
}


def signal_of(feature: str) -> str | None:
    """The signal that a feature is made of; None for the nameplate.

    Example:
        >>> signal_of("over_hall_past_7d"), signal_of("rest_power_1h"), signal_of("rated_speed")
        ('temp', 'power', None)
    """
    fitting = [prefix for prefix in _BY_PREFIX if feature == prefix or feature.startswith(f"{prefix}_")]
    return _BY_PREFIX[max(fitting, key=len)] if fitting else None


_MEMBERS = {
    signal: np.array([signal_of(column.name) == signal for column in FEATURES], dtype=np.bool_) for signal in SIGNALS
}


@dataclass(frozen=True, slots=True)
class Healthy:
    """What features of healthy machines are like.

    Attributes:
        middle: medians while calm, by model, (features,); NaN of what they never had: a time since a repair.
        spread: standard deviations while calm, by model.
    """

    middle: Mapping[str, Floats]
    spread: Mapping[str, Floats]

    def of(self, models: Sequence[str]) -> tuple[Floats, Floats]:
        """Middle and spread of some machines, (machines, features) each."""
        return np.stack([self.middle[one] for one in models]), np.stack([self.spread[one] for one in models])


@unknown_allowed()
def healthy(calm: Sequence[Prepared]) -> Healthy:
    """What features of healthy machines are like, from calm histories."""
    rows: dict[str, list[Floats]] = {}
    for one in calm:
        for place, model in enumerate(one.models):
            rows.setdefault(model, []).append(one.features[one.working[:, place], place][24:])
    joined = {model: np.concatenate(some) for model, some in rows.items()}
    middle = {model: np.nanmedian(some, axis=0) for model, some in joined.items()}
    spread = {model: np.maximum(np.nan_to_num(np.nanstd(some, axis=0)), 1e-3) for model, some in joined.items()}
    return Healthy(middle, spread)


def contributions(score: Callable[[Floats], Floats], features: Floats, middle: Floats) -> Floats:
    """What each signal adds to the score of each machine, shape (machines, `SIGNALS`).

    Args:
        score: takes rows of `FEATURES`.
        features: rows of `FEATURES`.
        middle: those of healthy machines of the same models.
    """
    without = [np.where(_MEMBERS[signal], middle, features) for signal in SIGNALS]
    scores = score(np.concatenate([features, *without])).reshape(len(SIGNALS) + 1, len(features))
    difference: Floats = (scores[0] - scores[1:]).T
    return difference


def reasons(added: Floats, features: Floats, middle: Floats, spread: Floats) -> list[Reason]:
    """The signals that raise a machine's score most, in words.

    Args:
        added: contributions of `SIGNALS`.
        features: the machine's row.
        middle: that of a healthy machine.
        spread: how healthy machines differ.
    """
    order = [place for place in np.argsort(-added, kind="stable")[:MOST].tolist() if added[place] > 0]
    return [
        Reason(SIGNALS[place], float(added[place]), words(SIGNALS[place], features, middle, spread)) for place in order
    ]


def words(signal: str, features: Floats, middle: Floats, spread: Floats) -> str:
    """What is most unusual about a signal, in words with units.

    Example:
        >>> row, usual = np.zeros(len(FEATURES)), np.zeros(len(FEATURES))
        >>> row[FEATURE_PLACE["vibration_past_7d"]] = 4.1
        >>> words("vibration", row, usual, np.ones(len(FEATURES)))
        'vibration 4.1 mm/s above its own past week'
        >>> row[FEATURE_PLACE["slip_6h"]] = -0.083
        >>> words("rpm", row, usual, np.full(len(FEATURES), 0.01))
        'speed 8.3 % of rated below what goes with its power'
    """
    best, told = -1.0, ""
    for phrase in _PHRASES[signal]:
        place = FEATURE_PLACE[phrase.feature]
        off = float(features[place] - middle[place])
        if not np.isfinite(off) or (off < 0 and not phrase.both):
            continue
        if abs(off) / spread[place] > best:
            best = abs(off) / spread[place]
            text = phrase.text if off >= 0 else phrase.text.replace("above", "below")
            told = text.format(abs(off) * phrase.scale)
    return told
