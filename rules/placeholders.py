"""Account-specific values of a catalog, filled in when it is loaded.

A catalog file names what differs between accounts in double braces, as ``${…}`` is the rules' own template syntax:
``{{lake_bucket}}``, ``{{role_arn:archive}}``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from contracts.resources import Resources
from rules.errors import CatalogError

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+)(?::([A-Za-z0-9_-]+))?\s*\}\}")
DEFAULT_CRITICAL_TEMPERATURE_C = 95.0
ENGINE_TEMP_JUDGED_C = 96.0
"""An engine above it is judged reading by reading; a healthy one stays below on the hottest day (`docs/fleet.md`)."""

Placeholders = dict[str, Callable[[str], str]]
"""By name: the value for what stands after the colon (mostly nothing)."""


def placeholders(
    resources: Resources, *, critical_temperature_c: float = DEFAULT_CRITICAL_TEMPERATURE_C
) -> Placeholders:
    """What a catalog may name, of one plant in one account.

    Args:
        resources: names of the plant's things.
        critical_temperature_c: bearing temperature above which a rule alerts at once [°C].
    """
    return {
        "plant": lambda _: resources.plant,
        "account": lambda _: resources.account,
        "region": lambda _: resources.region,
        "lake_bucket": lambda _: resources.lake_bucket,
        "alerts_topic_arn": lambda _: resources.alerts_topic_arn,
        "archive_stream": lambda _: resources.archive_stream,
        "role_arn": resources.role_arn,
        "fleet_function_arn": lambda _: resources.fleet_function_arn,
        "engine_temp_judged_c": lambda _: f"{ENGINE_TEMP_JUDGED_C:g}",
        "critical_temperature_c": lambda _: f"{critical_temperature_c:g}",
    }


def fill(value: Any, known: Placeholders, where: str) -> Any:
    """A JSON value with every placeholder in its strings replaced.

    Raises:
        CatalogError: a placeholder that is not known.

    Example:
        >>> known = placeholders(Resources("plant1", "000000000000"))
        >>> fill({"topic": "factory/{{plant}}/#"}, known, "x.json")
        {'topic': 'factory/plant1/#'}
    """
    if isinstance(value, dict):
        return {key: fill(item, known, where) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, known, where) for item in value]
    return _PLACEHOLDER.sub(lambda found: _value(found, known, where), value) if isinstance(value, str) else value


def _value(found: re.Match[str], known: Placeholders, where: str) -> str:
    name, argument = found.groups()
    if name not in known or (name == "role_arn") != (argument is not None):
        names = ", ".join("role_arn:NAME" if each == "role_arn" else each for each in known)
        raise CatalogError(f"the placeholder {found[0]} is not known.", where=where, remedy=f"Known are {names}.")
    return known[name](argument or "")
