"""The machines that a plant can have: parameters on top of nameplates.

A model is a set of parameters, not a class of its own: all machines obey the same equations (`simulator.physics`), so
a plant of many models is still one pass over arrays. `parameter_columns` spreads the parameters over the rows of a
plant. A new model is a file here, a line in `MODELS`, a nameplate in `contracts.nameplates`; the common exam in
`tests/simulator/test_models_exam.py` takes it up by itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields

import numpy as np

from contracts.nameplates import Nameplate, nameplate
from simulator.arrays import Floats, Integers
from simulator.models.air_compressor import AIR_COMPRESSOR
from simulator.models.base import MachineModel
from simulator.models.centrifugal_pump import CENTRIFUGAL_PUMP
from simulator.models.cnc_mill import CNC_MILL
from simulator.models.components import ComponentWear
from simulator.models.conveyor import CONVEYOR
from simulator.models.electric_motor import ELECTRIC_MOTOR
from simulator.models.industrial_fan import INDUSTRIAL_FAN
from simulator.models.injection_press import INJECTION_PRESS
from simulator.models.robot_arm import ROBOT_ARM

__all__ = ["MODELS", "ComponentWear", "MachineModel", "component_columns", "machine_model", "parameter_columns"]

MODELS: dict[str, MachineModel] = {
    model.model: model
    for model in (
        CNC_MILL,
        CENTRIFUGAL_PUMP,
        AIR_COMPRESSOR,
        CONVEYOR,
        ROBOT_ARM,
        ELECTRIC_MOTOR,
        INJECTION_PRESS,
        INDUSTRIAL_FAN,
    )
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
    models, index = _models_of(names)
    columns = {name: _column([getattr(model, name) for model in models], index) for name in _MODEL_FIELDS}
    columns |= {name: _column([getattr(model.nameplate, name) for model in models], index) for name in _PLATE_FIELDS}
    columns["on_mains"] = _column([float(model.drive == "induction") for model in models], index)
    return columns


def component_columns(names: Sequence[str]) -> tuple[list[str], dict[str, Floats]]:
    """What wears, as tables: a row a component, a column a machine.

    Args:
        names: model of each machine.

    Returns:
        Names of the components that any of the models has; and the parameters by name. Where a machine has no such
        component its life is infinite and everything else 0.

    Example:
        >>> components, tables = component_columns(["conveyor", "cnc_mill"])
        >>> components, tables["repair_h"].tolist()
        (['bearing', 'belt', 'tool'], [[6.0, 6.0], [2.0, 0.0], [0.0, 0.75]])
    """
    models, index = _models_of(names)
    components = sorted({component.name for model in models for component in model.components})
    tables = {}
    for name in _COMPONENT_FIELDS:
        nothing = math.inf if name == "life_h" else 0.0
        rows = [
            [
                next((float(getattr(one, name)) for one in model.components if one.name == component), nothing)
                for model in models
            ]
            for component in components
        ]
        tables[name] = np.array(rows, dtype=np.float64).reshape(len(components), len(models))[:, index]
    return components, tables


def _models_of(names: Sequence[str]) -> tuple[list[MachineModel], Integers]:
    known = sorted(set(names))
    places = {name: place for place, name in enumerate(known)}
    return [machine_model(name) for name in known], np.array([places[name] for name in names], dtype=np.int64)


def _column(values: list[float], index: Integers) -> Floats:
    return np.array(values, dtype=np.float64)[index]


_MODEL_FIELDS = [field.name for field in fields(MachineModel) if field.name not in {"model", "drive", "components"}]
_COMPONENT_FIELDS = [field.name for field in fields(ComponentWear) if field.name not in {"name", "label"}]
_PLATE_FIELDS = [
    *(name for name, field in Nameplate.model_fields.items() if field.annotation is float),
    "rated_input_kw",
]
