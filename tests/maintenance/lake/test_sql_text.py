"""Words of a statement, and values put into it."""

from datetime import UTC, date, datetime, timedelta, timezone

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maintenance.errors import QueryError
from maintenance.lake.sql_text import Value, literal, tokens, with_values


@given(st.text(alphabet="ab'\"$-/* \n1.5e:([,", max_size=40))
def test_words_and_spaces_are_the_whole_statement(sql: str) -> None:
    """Whatever is written; each word knows where it stands."""
    found = list(tokens(sql))
    assert "".join(token.text for token in found) == sql
    assert all(sql.startswith(token.text, token.position) for token in found)


@settings(deadline=None)
@given(
    st.one_of(
        st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\x00")),
        st.integers(-(2**63) + 1, 2**63 - 1),
        st.floats(allow_nan=False, allow_infinity=False),
        st.booleans(),
        st.dates(min_value=date(1000, 1, 1)),
        st.datetimes(min_value=datetime(1000, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
    )
)
def test_a_literal_is_read_as_the_value_it_was(value: Value) -> None:
    """By DuckDB."""
    told = duckdb.sql(f"SELECT {literal(value)}").fetchall()
    assert told == [(value,)]


def test_moments_are_told_in_utc() -> None:
    """Half past one in Chennai is eight in the evening of the day before."""
    chennai = timezone(timedelta(hours=5, minutes=30))
    assert literal(datetime(2026, 1, 31, 1, 30, tzinfo=chennai)) == "TIMESTAMP '2026-01-30 20:00:00.000'"
    assert literal(datetime(2026, 1, 31, tzinfo=UTC)) == "TIMESTAMP '2026-01-31 00:00:00.000'"


def test_parameters_in_quotes_and_comments_are_none() -> None:
    """Nor is a part of a longer name."""
    sql = "SELECT '$a', \"$a\" -- $a\n, /* $a */ $ab, $a"
    assert with_values(sql, {"a": 1, "ab": 2}) == "SELECT '$a', \"$a\" -- $a\n, /* $a */ 2, 1"


def test_a_value_cannot_become_a_statement() -> None:
    """Quotes in text are text."""
    assert with_values("SELECT $a", {"a": "'; DROP TABLE wear; --"}) == "SELECT '''; DROP TABLE wear; --'"


def test_a_parameter_without_a_value_is_told_with_its_spot() -> None:
    """And one too many, too."""
    with pytest.raises(QueryError, match=r"line 2, column 2: \$a has no value"):
        with_values("SELECT\n $a", {})
    with pytest.raises(QueryError, match=r"no parameter \$b.*It has \$a"):
        with_values("SELECT $a", {"a": 1, "b": 2})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [], None, object()])
def test_what_has_no_literal_is_told(value: object) -> None:
    """An empty list cannot stand behind IN."""
    with pytest.raises(QueryError, match="cannot be a value"):
        literal(value)  # type: ignore[arg-type]
