"""The drawing of a statement."""

from __future__ import annotations

import json
from pathlib import Path

from rules.explain import outline
from rules.sql import SqlError
from rules.sql.parser import parse

VECTORS = Path(__file__).parents[1] / "conformance" / "iotsql" / "vectors.jsonl"


def drawn(sql):
    """The lines of a drawing, without its root."""
    return outline(parse(sql)).lines()[1:]


def test_clauses_are_drawn_in_the_order_of_their_evaluation():
    """FROM, SET, WHERE, SELECT; operators above their operands."""
    assert drawn("SET @a = 1 SELECT temp * 2 AS t, topic(2) AS line FROM 'a/+' WHERE temp > @a") == [
        "├─ FROM 'a/+'",
        "├─ SET",
        "│  └─ @a",
        "│     └─ 1 (Int)",
        "├─ WHERE",
        "│  └─ >",
        "│     ├─ temp",
        "│     └─ @a",
        "└─ SELECT",
        "   ├─ t = *",
        "   │  ├─ temp",
        "   │  └─ 2 (Int)",
        "   └─ line = topic(2)",
    ]


def test_case_and_sub_selects_show_their_parts():
    """WHEN with what is compared, THEN below it."""
    assert drawn(
        "SELECT CASE a WHEN 1 THEN 'x' ELSE NULL END AS c, (SELECT VALUE b FROM d AS e WHERE e) AS s FROM 't'"
    ) == [
        "├─ FROM 't'",
        "└─ SELECT",
        "   ├─ c = CASE",
        "   │  ├─ a",
        "   │  ├─ WHEN 1",
        "   │  │  └─ 'x' (String)",
        "   │  └─ ELSE",
        "   │     └─ NULL",
        "   └─ s = sub-select",
        "      ├─ FROM AS e",
        "      │  └─ d",
        "      ├─ WHERE",
        "      │  └─ e",
        "      └─ SELECT VALUE",
        "         └─ b",
    ]


def test_every_statement_of_the_vectors_can_be_drawn():
    """Whatever it holds, as text and as JSON."""
    count = 0
    for line in VECTORS.read_text(encoding="utf-8").splitlines():
        try:
            branch = outline(parse(json.loads(line)["sql"]))
        except SqlError:
            continue
        count += 1
        assert len(branch.lines()) > 1
        assert json.loads(json.dumps(branch.as_json()))["node"] == "statement"

    assert count > 600
