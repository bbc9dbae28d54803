"""Who the machines of a part are, as the columns of their messages need it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from contracts.identity import Identity
from simulator.arrays import Integers


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
    """The machines of a part.

    Attributes:
        identities: in the order of the rows.
        device_id: their names.
        plant: their plants.
        line: their lines.
        model: their models.
    """

    identities: tuple[Identity, ...]
    device_id: Words
    plant: Words
    line: Words
    model: Words

    @classmethod
    def of(cls, identities: Sequence[Identity]) -> Cast:
        """The machines of a part."""
        columns = ((getattr(one, name) for one in identities) for name in ("device_id", "plant", "line", "model"))
        return cls(tuple(identities), *(Words.of(list(column)) for column in columns))
