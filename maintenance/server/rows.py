"""Rows of a request to columns of numbers, and a sentence for each row that cannot be judged."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maintenance.fleet_model import features as fleet
from maintenance.models import Feature, ModelCard

Floats = NDArray[np.float64]
Parse = Callable[[Any], float]


class RowError(ValueError):
    """A row that cannot be judged: why, in a sentence."""


Row = Mapping[str, Any] | RowError
"""A row by the names of its fields, or what was wrong with it before."""


@dataclass(frozen=True, slots=True)
class RowReader:
    """How rows become columns.

    Attributes:
        fields: what a row has; others in it are not read.
        prepare: from columns of fields to the model's features.
        parsers: for fields that are no numbers, by name.
    """

    fields: tuple[Feature, ...]
    prepare: Callable[[Floats], Floats] = field(default=lambda columns: columns)
    parsers: Mapping[str, Parse] = field(default_factory=dict)

    def read(self, rows: Sequence[Row]) -> tuple[Floats, dict[int, str]]:
        """Features of the rows that can be judged, in order, and what is wrong with the others, by place.

        Args:
            rows: by name; a row that is missing something, or has text for a number, gets a sentence.
        """
        good: list[list[float]] = []
        errors: dict[int, str] = {}
        for place, row in enumerate(rows):
            try:
                good.append(self._values(row))
            except RowError as error:
                errors[place] = str(error)
        columns = np.array(good, dtype=np.float64).reshape(len(good), len(self.fields))
        return self.prepare(columns), errors

    def _values(self, row: Row) -> list[float]:
        if isinstance(row, RowError):
            raise row
        if not isinstance(row, Mapping):
            raise RowError(f"The row is {_shown(row)}, not an object with names and values.")
        return [self._value(row.get(one.name), one) for one in self.fields]

    def _value(self, told: Any, one: Feature) -> float:
        if told is None or told == "":
            if one.needed:
                raise RowError(f"{one.name} is missing.")
            return math.nan
        parse = self.parsers.get(one.name)
        if parse is not None:
            return _parsed(told, one, parse)
        value = told if type(told) is float else _number(told, one)
        low = -math.inf if one.minimum is None else one.minimum
        high = math.inf if one.maximum is None else one.maximum
        # Not a number is neither; infinity is out of every range that has an end.
        if not (math.isfinite(value) and low <= value <= high):
            raise RowError(f"{one.name} {value:g} cannot be: it lies between {low:g} and {high:g}.")
        return value


def row_reader(card: ModelCard) -> RowReader:
    """How a model's rows are read: as its features, or as readings of vehicles."""
    if card.rows == "vehicle_readings":
        return RowReader(fleet.READING_FIELDS, fleet.features, {"timestamp": fleet.unix_s})
    return RowReader(card.features)


def _number(told: Any, one: Feature) -> float:
    """A number, or the text of one as a line of CSV has it."""
    if isinstance(told, bool) or not isinstance(told, (int, float, str)) or (isinstance(told, str) and "_" in told):
        raise RowError(f"{one.name} {_shown(told)} is not a number.")
    try:
        return float(told)
    except (ValueError, OverflowError):
        raise RowError(f"{one.name} {_shown(told)} is not a number.") from None


def _parsed(told: Any, one: Feature, parse: Parse) -> float:
    try:
        return parse(told)
    except (ValueError, OverflowError):
        raise RowError(f"{one.name} {_shown(told)} cannot be read: it is {one.meaning}.") from None


def _shown(value: object) -> str:
    """A value as a sentence can show it."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
