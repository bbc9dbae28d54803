"""How functions are declared and called."""

from __future__ import annotations

from typing import Any

import pytest

from rules.sql import UNDEFINED, Message
from rules.sql.conversions import to_number
from rules.sql.functions.registry import FUNCTIONS, Function, Style, anything, defined, function
from rules.sql.run import Closure, Run

RUN = Run(Message(topic="t", payload=b"{}"), None)

# The guide names 82 functions; cast and sql_version are not in the table, since only the statement can answer them.
GUIDE = """
    abs accountid acos asin atan atan2 aws_lambda bitand bitor bitxor bitnot ceil chr clientid concat cos cosh
    decode encode endswith exp floor get get_dynamodb get_mqtt_property get_or_default get_registry_data
    get_secret get_thing_shadow get_user_properties indexof isnull isundefined length ln log lower lpad ltrim
    machinelearning_predict md2 md5 mod nanvl newuuid numbytes parse_time power principal rand regexp_matches
    regexp_replace regexp_substr remainder replace round rpad rtrim sha1 sha224 sha256 sha384 sha512 sign sin
    sinh sourceip sqrt startswith substring tan tanh time_to_epoch timestamp topic traceid transform trim trunc
    upper
"""


def constant(value: Any) -> Closure:
    """The closure of a value that is written out."""
    return lambda _row, _run: value


def called(declared: Function, *values: Any) -> Any:
    """What a function gives for some arguments."""
    return declared.bind([constant(value) for value in values])(None, RUN)


def declared(takes: tuple[Any, ...], *, optional: int = 0, repeats: bool = False, style: Style = "values") -> Function:
    """A function that gives back its arguments."""
    return Function("f", lambda *values: values, takes, optional, repeats, style, (), raw_star=False)


def test_all_functions_of_the_guide_exist() -> None:
    """Not one more, and not one less."""
    assert set(FUNCTIONS) == set(GUIDE.split())


@pytest.mark.parametrize(
    ("arguments", "result"),
    [((), UNDEFINED), ((1,), (1,)), ((1, 2), (1, 2)), ((1, 2, 3), UNDEFINED), ((1, UNDEFINED), UNDEFINED)],
)
def test_the_number_of_arguments_counts(arguments: tuple[Any, ...], result: Any) -> None:
    """Too few, too many or Undefined arguments make the call Undefined."""
    assert called(declared((defined, defined), optional=1), *arguments) == result


def test_arguments_are_converted() -> None:
    """A body sees converted values; what does not convert never reaches it."""
    assert called(declared((to_number, anything)), "5", UNDEFINED) == (5, UNDEFINED)
    assert called(declared((to_number, anything)), "x", 1) is UNDEFINED


def test_the_last_argument_may_repeat() -> None:
    """None, one or many."""
    repeating = declared((anything,), repeats=True)

    assert [called(repeating, *range(count)) for count in range(3)] == [(), (0,), (0, 1)]


def test_a_body_may_want_the_run() -> None:
    """Functions of the message get it in front of their arguments."""
    assert called(declared((defined,), style="run"), 1) == (RUN, 1)


def test_a_name_is_declared_once() -> None:
    """A second function of the same name is a mistake of ours."""
    with pytest.raises(ValueError, match=r"abs\(\)"):
        function("abs")(lambda: None)
