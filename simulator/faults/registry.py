"""All kinds of fault: whatever is defined in a module of `simulator.faults.kinds`."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import Any, get_args

from contracts.faults import FaultFamily
from simulator.faults import kinds
from simulator.faults.definition import FaultDefinition

AnyFault = FaultDefinition[Any]


def defined_in(module: ModuleType) -> AnyFault:
    """The kind of fault that a module defines.

    Raises:
        TypeError: it defines none or many, or one whose name is not the module's.
    """
    found = [
        value for name, value in vars(module).items() if isinstance(value, FaultDefinition) and not name.startswith("_")
    ]
    name = module.__name__.rpartition(".")[2]
    if [definition.kind for definition in found] != [name]:
        told = ", ".join(repr(definition.kind) for definition in found) or "none"
        raise TypeError(f"{module.__file__} should define one fault of the kind {name!r}; it defines {told}.")
    return found[0]


def discover(package: ModuleType) -> dict[str, AnyFault]:
    """The kinds that the modules of a package define: by family, then by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    found = [defined_in(importlib.import_module(f"{package.__name__}.{name}")) for name in names]
    families = get_args(FaultFamily)
    return {one.kind: one for one in sorted(found, key=lambda one: families.index(one.family))}


FAULTS: dict[str, AnyFault] = discover(kinds)
"""Kinds of fault by name, in the order in which they are told."""
