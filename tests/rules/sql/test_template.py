"""Substitution templates."""

from __future__ import annotations

import pytest

from rules import sql

STATEMENT = sql.compile("SET @v = a + 1 SELECT a AS alias FROM 'x/+'")
MESSAGE = sql.Message(topic="x/y", payload=b'{"a": 1, "o": {"k": [true]}, "s": "}", "d": 2.50, "n": null}')


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("plain", "plain"),
        ("", ""),
        ("$a {a}", "$a {a}"),
        ("${a}", "1"),
        ("${a}-${@v}", "1-2"),
        ("${topic(2)}/${o}", 'y/{"k":[true]}'),
        ("${get({'}': 5}, '}')}", "5"),
        ("${s + '${'}", "}${"),
        ("${d}", "2.5"),
        ("${n}", "null"),
        ("<${missing}>", "<>"),
        ("<${alias}>", "<>"),
        ("@{field}", "@{field}"),
        ("$$aws/things/${a}", "$$aws/things/1"),
    ],
)
def test_rendering(template: str, text: str) -> None:
    """Expressions see the original payload and the variables, not the aliases."""
    assert STATEMENT.render(template, MESSAGE) == text


@pytest.mark.parametrize(
    "template",
    ["${", "${a", "${}", "${a b}", "${SELECT a}", "${@unknown}", "${decode(a,'proto','b','k','f','M')}"],
)
def test_broken_templates_are_refused_early(template: str) -> None:
    """A rule with a broken template can be refused before its first message."""
    with pytest.raises(sql.SqlError):
        STATEMENT.template(template)


def test_a_refusal_points_into_the_template() -> None:
    """The caret stands in the whole text, not in the part."""
    with pytest.raises(sql.SqlError) as refusal:
        STATEMENT.template("device/${a != 1}")

    assert refusal.value.position == "device/${a != 1}".index("!")


def test_a_template_is_compiled_once() -> None:
    """The second message finds the template ready."""
    assert STATEMENT.template("${a}") is STATEMENT.template("${a}")
    assert STATEMENT.template("plain").is_constant
