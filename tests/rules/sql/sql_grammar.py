"""Texts that are statements, or nearly: grown by the grammar of the language, and damaged afterwards."""

# ruff: noqa: S608  # these statements meet no database
from __future__ import annotations

from hypothesis import strategies as st

from rules.sql.functions import FUNCTIONS

NAMES = ("a", "b", "c", "obj", "arr", "n", "s", "value", "timestamp", "missing", "in", "case", "end", "é")
TYPES = ("Int", "Integer", "Decimal", "Double", "Boolean", "Bool", "String", "Text", "Nonsense")
STRINGS = ("", "a", "1", "-1.5", "true", "base64", "proto", "yyyy", "(a+)+", "$1", "enrichArray", "é😀", "1E400")
NUMBERS = ("0", "1", "7", "-1", "0.5", "-2.5", "1E30", "1E-40", "9.99E999", "1234567890123456789012345678901234")

_literals = st.one_of(
    st.sampled_from(("true", "FALSE", "Null", "*", "a.b.c", "arr", "@v", "@w.x")),
    st.sampled_from(NAMES),
    st.sampled_from(NUMBERS),
    st.sampled_from(STRINGS).map(lambda text: f"'{text}'"),
    st.sampled_from(STRINGS).map(lambda text: f'"{text}"'),
)
_operators = st.sampled_from(("+", "-", "*", "/", "%", "=", "<>", "<", "<=", ">", ">=", "AND", "or", "IN"))
_functions = st.sampled_from((*FUNCTIONS, "sql_version", "Upper", "nonsense"))


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    some = st.lists(inner, max_size=4)
    return st.one_of(
        st.tuples(inner, _operators, inner).map(" ".join),
        st.tuples(_functions, some).map(lambda call: f"{call[0]}({', '.join(call[1])})"),
        st.tuples(inner, st.sampled_from(TYPES)).map(lambda cast: f"cast({cast[0]} AS {cast[1]})"),
        some.map(lambda items: f"[{', '.join(items)}]"),
        some.map(lambda items: "{" + ", ".join(f"'{place}': {item}" for place, item in enumerate(items)) + "}"),
        inner.map(lambda item: f"({item})"),
        inner.map(lambda item: f"NOT {item}"),
        inner.map(lambda item: f"-{item}"),
        inner.map(lambda item: f"({item}).b"),
        st.tuples(inner, inner, inner).map(lambda parts: "CASE {} WHEN {} THEN {} ELSE 1 END".format(*parts)),
        st.tuples(inner, inner).map(lambda parts: "(SELECT {}, 1 AS x FROM arr AS e WHERE {})".format(*parts)),
        st.tuples(inner, inner).map(lambda parts: "(SELECT VALUE {} FROM {})".format(*parts)),
        inner.map(lambda item: f"EXISTS (SELECT * FROM obj WHERE {item})"),
    )


expressions = st.recursive(_literals, _compound, max_leaves=8)

_sound_leaves = st.sampled_from(
    (
        *("a", "b", "n", "s", "obj", "arr", "obj.a", "obj.b.x", "e", "e.a", "x", "*", "@v", "@w", "missing"),
        *("1", "2.5", "-1", "'a'", "'5'", "'true'", "true", "false", "Null"),
    )
)


def _sound_compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair, triple = st.tuples(inner, inner), st.tuples(inner, inner, inner)
    of_one = ("upper({})", "abs({})", "floor({})", "chr({})", "isUndefined({})", "(NOT {})", "(-{})", "({}).a")
    of_two = (
        *(f"({{}} {operator} {{}})" for operator in ("+", "-", "=", "<>", "<", ">=", "AND", "OR")),
        *(f"{name}({{}}, {{}})" for name in ("concat", "nanvl", "get_or_default", "get")),
        "[{}, {}]",
        "{{'p': {}, 'q': {}}}",
        "(SELECT VALUE {} FROM arr AS e WHERE {})",
        "(SELECT {} AS x, e FROM arr AS e WHERE {})",
        "(SELECT *, {} AS y.z FROM obj WHERE {})",
        "EXISTS (SELECT VALUE {} FROM arr AS e WHERE {})",
        "EXISTS (SELECT VALUE {} FROM obj WHERE {})",
    )
    return st.one_of(
        st.tuples(st.sampled_from(of_one), inner).map(lambda part: part[0].format(part[1])),
        st.tuples(st.sampled_from(of_two), pair).map(lambda part: part[0].format(*part[1])),
        triple.map(lambda parts: "CASE {} WHEN {} THEN {} ELSE b END".format(*parts)),
    )


sound_expressions = st.recursive(_sound_leaves, _sound_compound, max_leaves=20)
"""Expressions that nearly always compile, over few names, so that one value is often asked for twice."""

_columns = st.lists(
    st.one_of(
        st.just("*"),
        expressions,
        expressions.map(lambda item: f"{item} AS x"),
        expressions.map(lambda item: f"{item} AS y.z"),
    ),
    min_size=1,
    max_size=4,
).map(", ".join)
_settings = st.one_of(st.just(""), expressions.map(lambda item: f"SET @v = {item}, @w = @v "))
_conditions = st.one_of(st.just(""), expressions.map(lambda item: f" WHERE {item}"))

statements = st.one_of(
    st.tuples(_settings, _columns, _conditions).map(lambda parts: "{}SELECT {} FROM 'a/#'{}".format(*parts)),
    st.tuples(_settings, expressions, _conditions).map(lambda parts: "{}SELECT VALUE {} FROM 'a/#'{}".format(*parts)),
)


def _damaged(parts: tuple[str, int, int, str]) -> str:
    text, start, size, other = parts
    place = start % (len(text) + 1)
    return text[:place] + other + text[place + size :]


damaged_statements = st.tuples(
    statements, st.integers(0, 500), st.integers(0, 5), st.text("'\"()[]{}.,*@-+=<>!#;` \n0eE$SELCTé\0", max_size=3)
).map(_damaged)

payloads = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(STRINGS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=12,
)
