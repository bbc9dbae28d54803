"""What a statement needs and gives."""

from __future__ import annotations

from rules.explain.reading import LIMITS, all_roots, look_ups, names_read, order, result_shape
from rules.sql.checks import LOOK_UPS
from rules.sql.functions import FUNCTIONS
from rules.sql.parser import parse

SQL = (
    "SET @l = get_or_default(get_dynamodb('t', 'k', id, 'r').limit, 80) "
    "SELECT *, temp * 1.8 AS f, a.b AS c.d, isNull(x) AS n FROM 'a/+' WHERE temp > @l AND state = 'on'"
)


def test_names_of_the_payload_are_listed_once():
    """With a star where all of it is taken."""
    assert names_read(all_roots(parse(SQL))) == ["*", "a.b", "id", "state", "temp", "x"]


def test_look_ups_come_with_aws_limits():
    """As they are written in the statement."""
    assert look_ups(all_roots(parse(SQL))) == [("get_dynamodb('t', 'k', id, 'r')", LIMITS["get_dynamodb"])]


def test_protobuf_looks_up_its_descriptor():
    """Base64 does not."""
    sql = "SELECT decode(*, 'proto', 'b', 'k', 'f', 'm') AS a, decode(x, 'base64') AS b FROM 't'"

    assert [call for call, _ in look_ups(all_roots(parse(sql)))] == ["decode(*, 'proto', 'b', 'k', 'f', 'm')"]


def test_variables_come_before_the_parts_of_where():
    """As they are evaluated."""
    assert order(parse(SQL))[1:] == ["temp > @l", "state = 'on'"]
    assert order(parse(SQL))[0].startswith("SET @l = ")


def test_the_result_has_names_and_types():
    """Nested names with their dots."""
    assert result_shape(parse(SQL).projection) == [
        ("*", "all attributes of the payload"),
        ("f", "Decimal or Int"),
        ("c.d", "as in the payload"),
        ("n", "Boolean"),
    ]
    assert result_shape(parse("SELECT * FROM 't'").projection) == [("", "the payload as it came")]
    assert result_shape(parse("SELECT VALUE [1] FROM 't'").projection) == [("", "Array")]


def test_every_function_that_asks_outside_has_its_limits():
    """And is a function of the language."""
    assert {*LOOK_UPS, "decode"} == set(LIMITS)
    assert set(LIMITS) <= set(FUNCTIONS)
