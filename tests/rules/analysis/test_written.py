"""What is written parses to the tree that it was written from."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules.analysis.written import written
from rules.sql import SqlError, tree
from rules.sql.parser import parse, parse_expression

VECTORS = Path(__file__).parent.parent / "conformance" / "iotsql" / "vectors.jsonl"
LEAVES = st.sampled_from(["a", "b.c", "1", "2.5", "'it''s'", '"x"', "NULL", "TRUE", "*", "@v", "1E-9", "topic()"])


def larger(inner):
    """Texts of expressions that hold others."""
    two = st.tuples(inner, inner)
    return st.one_of(
        st.builds(
            "({0[0]}) {1} ({0[1]})".format, two, st.sampled_from(["=", "<>", "<", "+", "-", "/", "AND", "OR", "IN"])
        ),
        st.builds("{0[0]} {1} {0[1]}".format, two, st.sampled_from(["=", ">=", "-", "*", "AND", "OR"])),
        st.builds("NOT ({})".format, inner),
        st.builds("-({})".format, inner),
        st.builds("({}).m.n".format, inner),
        st.builds("f({0[0]}, {0[1]})".format, two),
        st.builds("[{0[0]}, {{'k': {0[1]}}}]".format, two),
        st.builds("CASE {0[0]} WHEN {0[1]} THEN 1 ELSE {0[0]} END".format, two),
        st.builds("cast({} AS Int)".format, inner),
        st.builds("(SELECT VALUE ({0[0]}) FROM ({0[1]}) AS e WHERE {0[0]})".format, two),
        st.builds("EXISTS (SELECT {0[0]} AS x.y, * FROM a WHERE {0[1]})".format, two),
    )


def shape(node):
    """A tree without the places of its words."""
    if isinstance(node, tree.Node):
        fields = [field.name for field in dataclasses.fields(node) if field.name != "position"]
        return (type(node).__name__, *(shape(getattr(node, name)) for name in fields))
    return tuple(map(shape, node)) if isinstance(node, tuple) else (type(node).__name__, node)


@given(st.recursive(LEAVES, larger, max_leaves=8))
def test_an_expression_comes_back(text):
    """Whatever brackets it needs."""
    try:
        node = parse_expression(text)
    except SqlError:
        assume(False)

    assert shape(parse_expression(written(node))) == shape(node)


def test_every_statement_of_the_vectors_comes_back():
    """SET, VALUE, names, FROM and WHERE included."""
    count = 0
    for line in VECTORS.read_text(encoding="utf-8").splitlines():
        try:
            node = parse(json.loads(line)["sql"])
        except SqlError:
            continue
        count += 1
        assert shape(parse(written(node))) == shape(node)

    assert count > 600


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("a  and(b or c)", "a AND (b OR c)"),
        ("((a-b))-c", "a - b - c"),
        ("a-(b-c)", "a - (b - c)"),
        ('"don\'t"', "'don''t'"),
        ("not(not a)", "NOT (NOT a)"),
        ("-(5)*-a", "-5 * -a"),
    ],
)
def test_brackets_stand_where_they_are_needed(text, canonical):
    """And nowhere else."""
    assert written(parse_expression(text)) == canonical


@pytest.mark.parametrize("text", ["SELECT VALUE (-a) FROM 't'", "SELECT VALUE (-5) FROM 't'", "SELECT * FROM 't'"])
def test_value_keeps_its_brackets_before_a_sign(text):
    """Without them VALUE would be an attribute from which something is taken."""
    assert written(parse(text)) == text
