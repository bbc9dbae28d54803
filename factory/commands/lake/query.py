"""`factory lake query`."""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
from rich.table import Table

from factory.commands.lake.place import find_lake, lake_options
from factory.console import make_console
from factory.errors import LocalFactoryUsageError
from maintenance.errors import QueryError
from maintenance.lake.named import named_queries, named_query
from maintenance.lake.portable import unportable
from maintenance.lake.sql_text import with_values

_WHOLE = 100_000
"""Width that no row needs: into a file or a pipe, columns are written whole [characters]."""


@click.command()
@click.argument("sql", required=False)
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the statement.",
)
@click.option("--named", metavar="NAME", help=f"A question that comes with the product: {', '.join(named_queries())}.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A parameter of a --named question.")
@lake_options
@click.option("--rows", type=click.IntRange(min=0), default=100, show_default=True, help="How many are shown.")
@click.option("--json", "form", flag_value="json", help="All rows as JSON; NaN and infinity as null.")
@click.option("--csv", "form", flag_value="csv", help="All rows as CSV.")
@click.option("--text", "form", flag_value="text", help="Print the statement for Athena, and ask nothing.")
def query(
    sql: str | None,
    file: Path | None,
    named: str | None,
    settings: tuple[str, ...],
    address: str | None,
    data_dir: Path,
    rows: int,
    form: str | None,
) -> None:
    """Ask the tables a question in SQL.

    The tables are machine_telemetry and vehicle_telemetry, as factory lake compact wrote them, and wear and
    ground_truth where a backfill's truth lies beside them; factory lake tables shows their columns. Moments are UTC.
    The statement may read these tables and nothing else.

    \b
    Examples:
      factory lake query --lake history \\
        "SELECT device_id, max(temp) AS hottest_c FROM machine_telemetry WHERE dt = '2026-01-31' GROUP BY device_id"
      factory lake query --lake history --named hours_above_temperature --set limit_c=85
      factory lake query --named hours_above_temperature --text          what Athena gets
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    text = _statement(sql, file, named, settings)
    if form == "text":
        _refuse_unportable(text)
        click.echo(text.rstrip())
        return
    lake = find_lake(address, data_dir, to_write=False)
    console = make_console(stderr=True)
    if console.is_terminal:
        with console.status("Asking the lake"):
            answer = lake.query(text)
    else:
        answer = lake.query(text)
    if form == "json":
        click.echo(json.dumps(_rows(answer), indent=1, default=_plain))
    elif form == "csv":
        _write_csv(answer)
    else:
        _show(answer, rows)


def _statement(sql: str | None, file: Path | None, named: str | None, settings: tuple[str, ...]) -> str:
    """The statement that was meant, with its values."""
    if sum(one is not None for one in (sql, file, named)) != 1:
        raise LocalFactoryUsageError(
            "A statement, --file or --named: one of them is needed.",
            remedy='For instance "SELECT count(*) FROM machine_telemetry".',
        )
    if named is not None:
        return named_query(named).text(_values(settings))
    if settings:
        raise LocalFactoryUsageError("--set goes with --named.", remedy="Write the values into the statement.")
    if file is None:
        return with_values(sql or "", {})
    try:
        return with_values(file.read_text(encoding="utf-8"), {})
    except UnicodeDecodeError:
        raise LocalFactoryUsageError(f"--file {file} is no text in UTF-8.") from None


def _values(settings: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not name:
            raise LocalFactoryUsageError(f"--set {setting!r} is no value.", remedy="Write NAME=VALUE.")
        found[name] = value
    return found


def _refuse_unportable(text: str) -> None:
    found = unportable(text)
    if found:
        more = f" And {len(found) - 1} more." if len(found) > 1 else ""
        raise QueryError(f"The statement is not for both engines: {found[0]}{more}")


def _rows(answer: pa.Table) -> list[dict[str, Any]]:
    """Rows for JSON, which has names once, and neither NaN nor infinity."""
    if twice := [name for name, count in Counter(answer.column_names).items() if count > 1]:
        raise QueryError(
            f"The answer has more than one column {twice[0]}, and JSON one value a name.",
            remedy=f"Name them apart, such as {twice[0]} AS other.",
        )
    for place, field in enumerate(answer.schema):
        if pa.types.is_floating(field.type):
            column = answer.column(place)
            answer = answer.set_column(place, field.name, pc.if_else(pc.is_finite(column), column, None))
    rows: list[dict[str, Any]] = answer.to_pylist()
    return rows


def _write_csv(answer: pa.Table) -> None:
    sys.stdout.flush()
    try:
        arrow_csv.write_csv(answer, sys.stdout.buffer)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise QueryError(
            f"The answer does not go into CSV: {error}.", remedy="Choose other columns, or --json."
        ) from error


def _plain(value: Any) -> str | int | float:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds") + ("Z" if value.tzinfo is None else "")
    return value.isoformat() if isinstance(value, date) else str(value)


def _show(answer: pa.Table, most: int) -> None:
    console = make_console()
    shown = answer.slice(0, most)
    table = Table(box=None, pad_edge=False)
    for field in answer.schema:
        number = pa.types.is_integer(field.type) or pa.types.is_floating(field.type)
        table.add_column(field.name, justify="right" if number else "left", no_wrap=not console.is_terminal)
    for row in zip(*(column.to_pylist() for column in shown.columns), strict=True):
        table.add_row(*map(_cell, row))
    if not console.is_terminal:
        console.width = _WHOLE
    console.print(table)
    left = answer.num_rows - shown.num_rows
    if left:
        click.echo(f"{left:,} of {answer.num_rows:,} rows are not shown; --rows shows more, --csv all.", err=True)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(_plain(value)) if isinstance(value, date) else str(value)
