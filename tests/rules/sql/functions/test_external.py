"""Functions that look things up."""

from __future__ import annotations

from typing import Any

import pytest

from rules import sql
from rules.sql import UNDEFINED


class _World:
    """Answers like a small AWS, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    def dynamodb_item(self, table: str, key: dict[str, object], role: str) -> dict[str, object] | None:
        self.asked.append((table, key, role))
        return {"limit": 80} if key == {"id": "press"} else None

    def secret(self, secret_id: str, role: str) -> dict[str, object]:
        self.asked.append((secret_id, role))
        return {"SecretString": '{"user":"a"}', "SecretBinary": b"\x00\x01"}

    def invoke_lambda(self, arn: str, payload: Any) -> Any:
        if payload == "boom":
            raise TimeoutError("no answer in 2000 ms")
        return {"ratio": 0.1, "got": payload}

    def registry(self, api: str, thing: str, role: str) -> dict[str, object]:
        return {"thingName": thing}


def value_of(expression: str, world: Any = None) -> Any:
    """The value of one expression, with a small world around."""
    statement = sql.compile(" ".join(("SELECT VALUE", expression, "FROM 't'")))
    return statement.evaluate(sql.Message(topic="t", payload=b'{"a": 1}'), world or _World())


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("get_dynamodb('t', 'id', 'press', 'role').limit", 80),
        ("get_dynamodb('t', 'id', 'other', 'role')", UNDEFINED),
        ("get_dynamodb('t', 'id', 'press', 'sk', 'role')", UNDEFINED),
        ("get_secret('s', 'SecretString', 'role')", {"user": "a"}),
        ("get_secret('s', 'SecretString', 'user', 'role')", "a"),
        ("get_secret('s', 'SecretBinary', 'role')", "AAE="),
        ("get_secret('s', 'Other', 'role')", UNDEFINED),
        ("aws_lambda('arn', *).got", {"a": 1}),
        ("get_registry_data('DescribeThing', 'press', 'role').thingName", "press"),
    ],
)
def test_answers(expression: str, value: Any) -> None:
    """Each look-up gives what the world answers, in values of the language."""
    assert value_of(expression) == value


@pytest.mark.parametrize(
    "expression",
    [
        "get_dynamodb('t', [1], 'press', 'role')",
        "get_dynamodb(5, 'id', 'press', 'role')",
        "get_secret('s', {'a': 1}, 'role')",
        "get_thing_shadow(Null, 'role')",
        "get_registry_data('DescribeThing', a, 'role')",
        "aws_lambda([1], 1)",
        "machinelearning_predict('m', 5, *)",
    ],
)
def test_names_are_strings(expression: str) -> None:
    """A table, a thing, a secret or a role by the name of a list, a number or Null is a mistake in the rule."""
    world = _World()
    with pytest.raises(sql.EvaluationError, match="names as strings"):
        value_of(expression, world)
    assert world.asked == []


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("aws_lambda('arn', 'boom')", r"aws_lambda\(\) failed: TimeoutError: no answer in 2000 ms"),
        ("aws_lambda('arn', missing)", r"Argument 2 of aws_lambda\(\) is Undefined"),
        ("get_dynamodb('t', 'id', missing, 'role')", "Undefined"),
        ("get_secret('s', 'SecretString', 'nobody', 'role')", "no key 'nobody' in 's'"),
        ("get_registry_data('DeleteThing', 'press', 'role')", "Use DescribeThing or"),
        ("[get_dynamodb('t', 'id', 1, 'role'), get_dynamodb('t', 'id', 2, 'role')]", "only once"),
    ],
)
def test_failures_fail_the_rule(expression: str, problem: str) -> None:
    """The error says which function failed, and why."""
    with pytest.raises(sql.EvaluationError, match=problem):
        value_of(expression)


def test_keys_and_roles_arrive_as_written() -> None:
    """A sort key is the second pair."""
    world = _World()
    value_of("get_dynamodb('t', 'pk', 1, 'sk', 2, 'role')", world)

    assert world.asked == [("t", {"pk": 1, "sk": 2}, "role")]
