"""What one evaluation may do."""

from __future__ import annotations

import pytest

from rules.sql import EvaluationError
from rules.sql.run import MAX_ELEMENTS, Run


def test_elements_are_counted() -> None:
    """The limit itself is allowed, one more is not."""
    run = Run(None)
    run.visit(MAX_ELEMENTS)

    with pytest.raises(EvaluationError, match="elements"):
        run.visit(1)


def test_some_functions_run_once() -> None:
    """The second call of the same function is refused, another function is not."""
    run = Run(None)
    run.call_once("get_dynamodb")
    run.call_once("get_registry_data")

    with pytest.raises(EvaluationError, match="only once") as failure:
        run.call_once("get_dynamodb")

    assert failure.value.function == "get_dynamodb"
