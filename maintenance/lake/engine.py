"""DuckDB, shut in: one SELECT over the tables that it is given, and nothing else.

It may not touch files, networks, extensions or its own settings, and it knows no table but ours.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.dataset as arrow_dataset

from maintenance.errors import QueryError
from maintenance.lake.sql_text import spot

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
}
_TABLE_FUNCTIONS = {"unnest", "generate_series", "range"}
_WHOLE = pa.decimal128(38, 0)
_UNREAD = re.compile(r"reading the stream registered as '\w+' failed: (?:\w+: )?(?P<reason>.+)", re.DOTALL)
_POINTED = re.compile(r"^LINE (?P<line>\d+): ?(?P<text>.*)\n(?P<pointer> *\^)", re.MULTILINE)


def tables_named(sql: str, known: Collection[str]) -> set[str]:
    """Which of the known tables a statement reads.

    Args:
        sql: the statement.
        known: names of tables that there are.

    Raises:
        QueryError: it is no single SELECT, or it wants something that is none of the known tables.

    Example:
        >>> tables_named("WITH hot AS (SELECT * FROM wear) SELECT * FROM hot", {"wear", "ground_truth"})
        {'wear'}
    """
    tree, nodes = _parsed(sql)
    if tree["error"]:
        raise _not_parsed(sql, tree)
    if len(tree["statements"]) != 1:
        raise QueryError(f"The lake takes one statement; here are {len(tree['statements'])}.")
    own = {entry["key"].lower() for node in nodes for entry in node.get("cte_map", {}).get("map", ())}
    wanted = {_table(node) for node in nodes if node.get("type") == "BASE_TABLE"}
    for node in nodes:
        _refuse_others(node)
    if strange := sorted(wanted - own - set(known)):
        raise QueryError(
            f"There is no table {strange[0]} in the lake.", remedy=f"It has {', '.join(sorted(known)) or 'none'}."
        )
    return wanted & set(known)


def _parsed(sql: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A statement as DuckDB's tree, and all nodes of it."""
    with duckdb.connect(config=_SETTINGS) as connection:
        told = connection.execute("SELECT json_serialize_sql($1)", [sql]).fetchall()
    try:
        tree = json.loads(told[0][0])
        return tree, list(_nodes(tree))
    except RecursionError:
        raise QueryError(
            "The statement has too many terms within one another.", remedy="IN (…) takes any number of values."
        ) from None


def run(sql: str, tables: Mapping[str, arrow_dataset.Dataset | pa.Table]) -> pa.Table:
    """What a statement gives.

    Args:
        sql: one SELECT.
        tables: what it may read, by name.

    Raises:
        QueryError: DuckDB refuses it.
        OSError: a file cannot be read.
    """
    with (
        tempfile.TemporaryDirectory(prefix="lake-query-") as scratch,
        duckdb.connect(config={**_SETTINGS, "temp_directory": scratch}) as connection,
    ):
        for name, rows in tables.items():
            connection.register(name, rows)
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")  # it would draw into the answer
        connection.execute("SET lock_configuration = true")
        try:
            return _plain(connection.sql(sql).to_arrow_table())
        except duckdb.Error as error:
            if unread := _UNREAD.search(str(error)):
                raise OSError(unread["reason"]) from error
            raise _refused(sql, _with_pointer(connection, sql, error)) from error


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from _nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _nodes(value)


def _table(node: dict[str, Any]) -> str:
    name: str = node["table_name"].lower()
    schema = node.get("schema_name") or ""
    return f"{schema}.{name}" if schema else name


def _refuse_others(node: dict[str, Any]) -> None:
    """What reads something else than a table."""
    if node.get("type") == "TABLE_FUNCTION":
        name = node["function"]["function_name"].lower()
        if name not in _TABLE_FUNCTIONS:
            raise QueryError(
                f"{name} reads something else than the lake's tables.",
                remedy="`factory lake tables` shows which there are.",
            )
    elif node.get("type") == "SHOW_REF":
        raise QueryError("The lake takes one SELECT.", remedy="`factory lake tables` shows tables and columns.")


def _not_parsed(sql: str, tree: dict[str, Any]) -> QueryError:
    if tree["error_type"] == "not implemented":
        return QueryError("The lake is only read: a statement must be a SELECT.")
    at = spot(sql, int(tree["position"])) if "position" in tree else "end"
    return QueryError(f"The statement, {at}: {tree['error_message']}.")


def _with_pointer(connection: duckdb.DuckDBPyConnection, sql: str, error: duckdb.Error) -> str:
    """DuckDB's message; asked by the other door, it knows the spot of a name that it does not find."""
    if not isinstance(error, duckdb.BinderException | duckdb.CatalogException):
        return str(error)
    try:
        connection.execute(sql)
    except duckdb.Error as again:
        return str(again)
    return str(error)


def _refused(sql: str, told: str) -> QueryError:
    """DuckDB's sentence, with line and column, and below it the line with a pointer."""
    sentence = told.partition("\n")[0].partition(": ")[2].rstrip(".!") or told
    candidates = re.search(r"^(?:Candidate bindings|Did you mean).*", told, re.MULTILINE)
    remedy = candidates.group() if candidates else None
    found = _POINTED.search(told)
    if found is None:
        return QueryError(f"The statement: {sentence}.", remedy=remedy)
    column = len(found["pointer"]) - len(f"LINE {found['line']}: ")
    excerpt = found["text"].strip(".")
    lines = sql.splitlines()
    number = int(found["line"])
    shift = lines[number - 1].find(excerpt) if number <= len(lines) else 0
    if found["text"].startswith("..."):
        column -= 3
    pointed = f"{found['text']}\n{' ' * (len(found['pointer']) - len(f'LINE {number}: ') - 1)}^"
    return QueryError(
        f"The statement, line {number}, column {column + max(shift, 0)}: {sentence}.\n{pointed}", remedy=remedy
    )


def _plain(rows: pa.Table) -> pa.Table:
    """Sums of whole numbers as whole numbers, as Athena gives them; DuckDB widens them."""
    for place, field in enumerate(rows.schema):
        if field.type == _WHOLE:
            try:
                rows = rows.set_column(place, field.name, rows.column(place).cast(pa.int64()))
            except pa.ArrowInvalid:
                continue  # larger than that: it stays what it is
    return rows
