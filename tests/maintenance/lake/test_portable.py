"""One text for DuckDB and for Athena."""

import re

import duckdb
import pytest

from maintenance.lake.named import named_queries, named_query
from maintenance.lake.portable import FUNCTIONS, unportable


@pytest.mark.parametrize("name", named_queries())
def test_every_question_that_comes_with_the_product_is_for_both(name: str) -> None:
    """With its defaults in it, as it is run."""
    assert unportable(named_query(name).text({})) == []


DUCKDB_ONLY = [
    "SELECT a::int FROM t",
    "SELECT * EXCLUDE (a) FROM t",
    "SELECT a FROM t QUALIFY row_number() OVER () = 1",
    "SELECT a, count(*) FROM t GROUP BY ALL",
    "SELECT a FROM t ORDER BY ALL",
    "SELECT * FROM t ASOF JOIN u USING (a)",
    "SELECT [1, 2]",
    "SELECT {'a': 1}",
    "SELECT list_transform(a, x -> x + 1) FROM t",
    "SELECT a FROM t WHERE b ILIKE 'x'",
    "SELECT quantile_cont(a, 0.5E0) FROM t",
    "SELECT time_bucket(INTERVAL '1' HOUR, a) FROM t",
    "SELECT a + INTERVAL 1 DAY FROM t",
    "SELECT 1;",
    "PIVOT t ON a",
    "SELECT DISTINCT ON (a) a, b FROM t",
    "SELECT a FROM t ORDER BY a LIMIT 10 OFFSET 5",
    "SELECT a // 2 FROM t",
    "SELECT a ** 2 FROM t",
    "SELECT a ^ 2 FROM t",
    "SELECT a FROM t WHERE a == 2",
    "SELECT a FROM t WHERE b ~ 'x'",
]
OTHERWISE_IN_TRINO = [
    "SELECT date_diff('hour', a, b) FROM t",
    "SELECT least(a, b) FROM t",
    "SELECT greatest(a, b) FROM t",
    "SELECT day_of_week(a) FROM t",
    "SELECT a / 1.5 FROM t",
    "SELECT concat(a, b) FROM t",
    "SELECT split_part(a, '-', 3) FROM t",
    "SELECT extract(dow FROM a) FROM t",
]


@pytest.mark.parametrize("sql", DUCKDB_ONLY + OTHERWISE_IN_TRINO)
def test_what_one_engine_refuses_or_understands_otherwise_is_found(sql: str) -> None:
    """With its spot."""
    found = unportable(sql)
    assert found
    assert all(re.match(r"line 1, column \d+: .+\.$", sentence) for sentence in found)


BOTH = [
    "SELECT a, count(*) FILTER (WHERE b > 1.5E0) FROM t GROUP BY a HAVING max(b) IN (1, 2)",
    "WITH x (a, b) AS (SELECT 1, 2), y AS (SELECT 3) SELECT CAST(a AS DOUBLE) FROM x, y WHERE NOT (a = b)",
    "SELECT lag(a) OVER (PARTITION BY b ORDER BY c ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t",
    "SELECT x.all, extract(HOUR FROM a), date_diff('millisecond', a, b) FROM t AS x -- list_value(1)\n",
    "SELECT DISTINCT a || b FROM t ORDER BY 1 OFFSET 5 LIMIT 10",
    "SELECT a FROM t UNION ALL SELECT (b) FROM u WHERE EXISTS (SELECT 'quantile_cont(1.5)' FROM v)",
]


@pytest.mark.parametrize("sql", BOTH)
def test_what_both_understand_passes(sql: str) -> None:
    """Words of the language before a bracket call nothing; text and comments are no SQL."""
    assert unportable(sql) == []


def test_duckdb_has_every_function_that_is_allowed() -> None:
    """Trino's page of each stands beside it; extract, cast and coalesce are syntax in both."""
    syntax = {"cast", "coalesce", "extract", "try_cast", "nullif"}
    known = {name for (name,) in duckdb.sql("SELECT DISTINCT function_name FROM duckdb_functions()").fetchall()}
    # Windows' own functions are not in that list.
    windows = {name for name, page in FUNCTIONS.items() if page.endswith("window.html")}
    assert set(FUNCTIONS) - syntax - windows <= known
    for name in sorted(windows):
        arguments = {"ntile": "2", "nth_value": "a, 1"}.get(
            name, "a" if "value" in name or name in ("lag", "lead") else ""
        )
        assert duckdb.sql("SELECT 1 AS a").project(f"{name}({arguments}) OVER (ORDER BY a)").fetchall()
