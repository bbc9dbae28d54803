"""The machines that a plant can have: parameters on top of nameplates.

A model is a set of parameters, not a class of its own: all machines obey the same equations (`simulator.physics`), so
a plant of many models is still one pass over arrays. `parameter_columns` spreads the parameters over the rows of a
plant. A new model is a file here, a line in `MODELS`, a nameplate in `contracts.nameplates`; the common exam in
`tests/simulator/test_models_exam.py` takes it up by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np

from contracts.nameplates import Nameplate, nameplate
from simulator.arrays import Floats
from simulator.models.air_compressor import AIR_COMPRESSOR
from simulator.models.base import MachineModel
from simulator.models.centrifugal_pump import CENTRIFUGAL_PUMP
from simulator.models.cnc_mill import CNC_MILL
from simulator.models.conveyor import CONVEYOR
from simulator.models.robot_arm import ROBOT_ARM

__all__ = ["MODELS", "MachineModel", "machine_model", "parameter_columns"]

MODELS: dict[str, MachineModel] = {
    model.model: model for model in (CNC_MILL, CENTRIFUGAL_PUMP, AIR_COMPRESSOR, CONVEYOR, ROBOT_ARM)
}


def machine_model(name: str) -> MachineModel:
    """The model of a name.

    Raises:
        UsageError: no model of that name; the sentence lists those there are.
    """
    return MODELS.get(name) or _unknown(name)


def _unknown(name: str) -> MachineModel:
    nameplate(name)  # raises the sentence that names the models
    raise AssertionError(f"{name} has a nameplate and no model")


def parameter_columns(names: Sequence[str]) -> dict[str, Floats]:
    """Each numeric parameter and nameplate value as a column, one element a machine.

    Args:
        names: model of each row.

    Example:
        >>> columns = parameter_columns(["conveyor", "robot_arm", "conveyor"])
        >>> columns["rated_speed_rpm"].tolist()
        [1440.0, 3000.0, 1440.0]
    """
    known = sorted(set(names))
    models = [machine_model(name) for name in known]
    index = np.array([known.index(name) for name in names], dtype=np.int64)
    columns = {name: _column([getattr(model, name) for model in models], index) for name in _MODEL_FIELDS}
    columns |= {name: _column([getattr(model.nameplate, name) for model in models], index) for name in _PLATE_FIELDS}
    columns["on_mains"] = _column([float(model.drive == "induction") for model in models], index)
    return columns


def _column(values: list[float], index: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Floats:
    return np.array(values, dtype=np.float64)[index]


_MODEL_FIELDS = [field.name for field in fields(MachineModel) if field.name not in {"model", "drive"}]
_PLATE_FIELDS = [
    *(name for name, field in Nameplate.model_fields.items() if field.annotation is float),
    "rated_input_kw",
]
