"""What ECS's own API would say of a task definition, by botocore's model of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import botocore.session
from botocore.validate import ParamValidator

LARGEST_BYTES = 65_536
"""ECS's quota "Task definition size", 64 KB."""


def wrong_with_task(definition: dict[str, Any]) -> list[str]:
    """Where a planned `aws_ecs_task_definition` has a name, type or word that the API does not know, or is too long."""
    request = {
        "family": definition["family"],
        "networkMode": definition["network_mode"],
        "requiresCompatibilities": definition["requires_compatibilities"],
        "cpu": definition["cpu"],
        "memory": definition["memory"],
        "runtimePlatform": {"cpuArchitecture": definition["runtime_platform"][0]["cpu_architecture"]},
        "containerDefinitions": json.loads(definition["container_definitions"]),
    }
    model = botocore.session.get_session().get_service_model("ecs").operation_model("RegisterTaskDefinition")
    report = ParamValidator().validate(request, model.input_shape).generate_report()
    wrong = report.splitlines() or list(_unknown_words(request, model.input_shape))
    size = len(json.dumps(request))
    return [*wrong, *([f"{size} bytes are more than {LARGEST_BYTES}"] if size >= LARGEST_BYTES else [])]


def _unknown_words(value: Any, shape: Any, path: str = "") -> Iterator[str]:
    """Where a word is none of those that the API knows; botocore itself does not look at them."""
    if shape.type_name == "structure":
        for name, inner in value.items():
            yield from _unknown_words(inner, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for number, inner in enumerate(value):
            yield from _unknown_words(inner, shape.member, f"{path}[{number}]")
    elif getattr(shape, "enum", None) and value not in shape.enum:
        yield f"{path}={value}"
