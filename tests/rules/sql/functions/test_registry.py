"""How functions are declared."""

from __future__ import annotations

import pytest

from rules.sql.conversions import to_number
from rules.sql.functions.registry import FUNCTIONS, Function, anything, defined, function

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


def test_all_functions_of_the_guide_exist() -> None:
    """Not one more, and not one less."""
    assert set(FUNCTIONS) == set(GUIDE.split())


@pytest.mark.parametrize(("count", "accepted"), [(0, False), (1, True), (2, True), (3, False)])
def test_the_number_of_arguments_counts(count: int, accepted: bool) -> None:
    """Only those declared as optional may be left out."""
    declared = Function("f", len, (defined, defined), 1, False, "values", ())

    assert declared.accepts(count) is accepted


def test_the_last_argument_may_repeat() -> None:
    """None, one or many, all converted as the last one is."""
    declared = Function("f", len, (to_number, anything), 0, True, "values", ())

    assert [declared.accepts(count) for count in range(5)] == [False, True, True, True, True]
    assert declared.conversions(4) == (to_number, anything, anything, anything)


def test_a_name_is_declared_once() -> None:
    """A second function of the same name is a mistake of ours."""
    with pytest.raises(ValueError, match=r"abs\(\)"):
        function("abs")(lambda: None)
