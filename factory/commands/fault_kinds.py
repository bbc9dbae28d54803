"""`factory inject --kinds`: what can go wrong, as a table or as JSON."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from simulator.faults import FAULTS, AnyFault
from simulator.faults.table import whom


def kinds_table() -> Table:
    """A row a kind: family, what it is called, whom it can hit, parameters with their units and defaults."""
    table = Table(box=None, pad_edge=False)
    for column in ("kind", "family", "what", "on", "parameters"):
        table.add_column(column, overflow="fold", no_wrap=column in ("kind", "family"))
    for definition in FAULTS.values():
        told = "\n".join(_parameter(one) for one in _parameters(definition)) or "none"
        table.add_row(definition.kind, definition.family, definition.label, whom(definition), told)
    return table


def kinds_json() -> list[dict[str, Any]]:
    """The same for programs, with what the kinds are like in a real plant."""
    return [
        {
            "kind": definition.kind,
            "family": definition.family,
            "label": definition.label,
            "documentation": definition.documentation,
            "recovery": definition.recovery,
            "models": list(definition.models),
            "default_ramp_s": definition.default_ramp_s,
            "can_ramp": definition.can_ramp,
            "example": dict(definition.example),
            "parameters": _parameters(definition),
        }
        for definition in FAULTS.values()
    ]


def _parameters(definition: AnyFault) -> list[dict[str, Any]]:
    return [
        {"name": name, "description": field.description, "default": None if field.is_required() else field.default}
        for name, field in definition.parameters.model_fields.items()
    ]


def _parameter(one: dict[str, Any]) -> str:
    default = "" if one["default"] is None else f" (default {one['default']:g})"
    return f"{one['name']}{default}: {one['description']}"
