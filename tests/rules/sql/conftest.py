"""Settings of the property-based tests, and calls of single functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings

from rules.sql import Message, tree
from rules.sql.code import Module
from rules.sql.compiler import Compiler, function_of_message
from rules.sql.runtime import NAMESPACE

# A busy machine is no failure of ours: what must not hang is tested by its bounds instead.
settings.register_profile("without_deadline", deadline=None)
settings.load_profile("without_deadline")

MESSAGE = Message(topic="t", payload=b"{}")


def call(name: str, *values: Any, message: Message = MESSAGE, services: Any = None) -> Any:
    """What a function of the language gives for values that no statement could write out."""
    module = Module(NAMESPACE)
    arguments = tuple(map(tree.Literal, values))
    with function_of_message(module, "evaluate") as (body, scope):
        result = Compiler("", "2016-03-23").write(body, tree.Call(name, arguments, 0), scope)
        body.line(f"return {result.code}")
    return module.built("tried.py")["evaluate"](message, services)


@pytest.fixture(scope="session", name="call")
def call_of_a_function() -> Callable[..., Any]:
    """Calls a function: `call("abs", -1)`."""
    return call
