"""Who the machines or vehicles of a part are, and what they measure, as the columns of their messages need it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from contracts.identity import Identity
from contracts.telemetry import AnySignal
from simulator.arrays import Integers
from simulator.population import of_vehicles, signals_of


@dataclass(frozen=True, slots=True)
class Words:
    """Names of all rows by few words: what Arrow calls a dictionary.

    Attributes:
        words: the different names, as an Arrow array of strings.
        index: which of them each row has.
    """

    words: pa.Array
    index: Integers

    @classmethod
    def of(cls, names: Sequence[str]) -> Words:
        """Names in the order of the rows.

        Example:
            >>> two = Words.of(["line1", "line1", "line2"])
            >>> two.words.to_pylist(), two.index.tolist()
            (['line1', 'line2'], [0, 0, 1])
        """
        different = {name: number for number, name in enumerate(dict.fromkeys(names))}
        return cls(pa.array(different, pa.string()), np.array([different[name] for name in names], dtype=np.int32))

    def column(self, rows: Integers) -> pa.DictionaryArray:
        """The names of some rows."""
        return pa.DictionaryArray.from_arrays(pa.array(self.index[rows]), self.words)


@dataclass(frozen=True, slots=True)
class Cast:
    """The members of a part: machines, or vehicles.

    Attributes:
        identities: in the order of the rows.
        device_id: their names.
        plant: their plants.
        line: their lines.
        model: their models.
        signals: what they measure, in the order of their messages.
        tells_state: whether their messages say what they are doing; those of vehicles do not.
    """

    identities: tuple[Identity, ...]
    device_id: Words
    plant: Words
    line: Words
    model: Words
    signals: tuple[AnySignal, ...]
    tells_state: bool

    @classmethod
    def of(cls, identities: Sequence[Identity]) -> Cast:
        """The members of a part, all of one kind."""
        names = ("device_id", "plant", "line", "model")
        words = {name: Words.of([getattr(one, name) for one in identities]) for name in names}
        signals, vehicles = signals_of(identities), of_vehicles(identities)
        return cls(identities=tuple(identities), signals=signals, tells_state=not vehicles, **words)
