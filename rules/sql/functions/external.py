"""Functions that ask the world outside, through the ``Services`` that the caller gives.

AWS bills these calls and runs some of them once per statement only. A call that fails makes the whole rule
fail, and so does a call with an argument that is Undefined: asking for nothing is a mistake in the rule.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any, Final

from rules.sql.conversions import from_python
from rules.sql.errors import EvaluationError
from rules.sql.functions.registry import anything, function
from rules.sql.json_text import decode, to_json
from rules.sql.run import Run
from rules.sql.services import Services
from rules.sql.values import UNDEFINED, Value

REGISTRY_APIS: Final = ("DescribeThing", "ListThingGroupsForThing")


def look_up(run: Run, name: str, ask: Callable[[Services], Any]) -> Any:
    """What the services answer; whatever they raise becomes an EvaluationError."""
    if run.services is None:
        raise EvaluationError(
            f"{name}() asks the world outside, and nobody is there to answer.",
            remedy="Evaluate with an object that has the methods of rules.sql.Services.",
            function=name,
        )
    try:
        return ask(run.services)
    # A look-up is code of others: whatever it raises must fail this rule, and this rule only.
    except Exception as error:
        raise EvaluationError(f"{name}() failed: {type(error).__name__}: {error}", function=name) from error


def _answer(run: Run, name: str, ask: Callable[[Services], Any]) -> Value:
    return look_up(run, name, lambda services: from_python(ask(services)))


def _given(name: str, *arguments: Value) -> None:
    for place, argument in enumerate(arguments, 1):
        if argument is UNDEFINED:
            raise EvaluationError(f"Argument {place} of {name}() is Undefined.", function=name)


def _named(name: str, *arguments: Value) -> None:
    """Refuse what must be a name and is no string: no service has anything by the name of a list."""
    for argument in arguments:
        if type(argument) is not str:
            raise EvaluationError(f"{name}() takes names as strings, not {to_json(argument)[:60]}.", function=name)


@function("aws_lambda", takes=(anything, anything), style="run", looks_up=True)
def aws_lambda(run: Run, arn: Value, payload: Value) -> Value:
    """The answer of a Lambda function to a JSON value."""
    _given("aws_lambda", arn, payload)
    _named("aws_lambda", arn)
    return _answer(run, "aws_lambda", lambda services: services.invoke_lambda(arn, payload))


@function("get_dynamodb", takes=(anything,) * 6, optional=2, style="run", looks_up=True, fixed=(-1,))
def get_dynamodb(run: Run, table: Value, *arguments: Value) -> Value:
    """The item of a table with this key; Undefined where there is none."""
    *pairs, role = arguments
    if len(pairs) % 2:
        return UNDEFINED
    _given("get_dynamodb", table, *arguments)
    _named("get_dynamodb", table, *pairs[::2], role)
    run.call_once("get_dynamodb")
    key = dict(zip(pairs[::2], pairs[1::2], strict=True))
    item = _answer(run, "get_dynamodb", lambda services: services.dynamodb_item(table, key, role))
    return UNDEFINED if item is None else item


@function(
    "get_registry_data", takes=(anything, anything, anything), style="run", looks_up=True, fixed=(0, -1), literal=(0,)
)
def get_registry_data(run: Run, api: Value, thing: Value, role: Value) -> Value:
    """What the registry says about a thing."""
    _given("get_registry_data", api, thing, role)
    _named("get_registry_data", api, thing, role)
    if api not in REGISTRY_APIS:
        raise EvaluationError(
            f"get_registry_data() cannot call {api!r}.",
            remedy=f"Use {' or '.join(REGISTRY_APIS)}.",
            function="get_registry_data",
        )
    run.call_once("get_registry_data")
    return _answer(run, "get_registry_data", lambda services: services.registry(api, thing, role))


@function("get_thing_shadow", takes=(anything, anything, anything), optional=1, style="run", looks_up=True, fixed=(-1,))
def get_thing_shadow(run: Run, thing: Value, *arguments: Value) -> Value:
    """The shadow of a thing; without a name the classic one."""
    *names, role = arguments
    _given("get_thing_shadow", thing, *arguments)
    _named("get_thing_shadow", thing, *arguments)
    shadow = names[0] if names else None
    return _answer(run, "get_thing_shadow", lambda services: services.thing_shadow(thing, shadow, role))


@function("get_secret", takes=(anything,) * 4, optional=1, style="run", looks_up=True, fixed=(1, -1))
def get_secret(run: Run, secret_id: Value, part: Value, *arguments: Value) -> Value:
    """A secret, or the value of one key in it."""
    *keys, role = arguments
    _given("get_secret", secret_id, part, *arguments)
    _named("get_secret", secret_id, part, *arguments)
    secret = look_up(run, "get_secret", lambda services: services.secret(secret_id, role))
    value = _secret_value(secret.get(part))
    if not keys:
        return value
    if part != "SecretString" or type(value) is not dict or keys[0] not in value:
        raise EvaluationError(f"get_secret() finds no key {keys[0]!r} in {secret_id!r}.", function="get_secret")
    return value[keys[0]]


def _secret_value(secret: str | bytes | None) -> Value:
    if secret is None:
        return UNDEFINED
    if isinstance(secret, bytes):
        return base64.b64encode(secret).decode("ascii")
    # A secret is usually an object in JSON; a lone password is no JSON and stays a string.
    try:
        return decode(secret)
    except ValueError:
        return secret


@function("machinelearning_predict", takes=(anything, anything, anything), style="run", looks_up=True, fixed=(1,))
def machinelearning_predict(run: Run, model: Value, role: Value, record: Value) -> Value:
    """A model's prediction for an object; its inner objects and arrays are sent as JSON text."""
    _given("machinelearning_predict", model, role, record)
    _named("machinelearning_predict", model, role)
    if type(record) is not dict:
        return UNDEFINED
    flat = {key: _spaced_json(item) if isinstance(item, dict | list) else item for key, item in record.items()}
    return _answer(run, "machinelearning_predict", lambda services: services.predict(model, role, flat))


def _spaced_json(value: Value) -> str:
    # The guide prints these texts with blanks behind colons and commas, unlike every other JSON of the engine.
    return json.dumps(json.loads(to_json(value)))
