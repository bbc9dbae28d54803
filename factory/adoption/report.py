"""What came of adopting, as a table for people and as JSON for scripts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from factory.adoption.adopting import NOT_IN_TABLE, Adoption
from factory.adoption.imports_file import IMPORTS_FILE
from factory.adoption.outcome import Deed, Row

_STYLES = {Deed.ADOPT: "green", Deed.CHANGE: "yellow", Deed.REPLACE: "bold red", Deed.DESTROY: "bold red"}


def as_json(result: Adoption, directory: Path) -> dict[str, Any]:
    """All of it, in types of JSON.

    Args:
        result: what came of it.
        directory: of the root.
    """
    path = directory / IMPORTS_FILE
    return {
        "exit_status": result.exit_status,
        "account": result.account.number,
        "region": result.account.region,
        "plans": result.plans,
        "applied": result.applied,
        "imports_file": str(path) if path.exists() else None,
        **{deed.value: [_row_json(row) for row in result.rows if row.deed is deed] for deed in Deed},
        "answers": dict(Counter(found.answer.value for found in result.findings.values())),
        "unclear": [
            {"address": at, "type": result.types[at], "answer": found.answer.value, "detail": found.detail}
            for at, found in result.unclear.items()
        ],
        "not_asked": [
            {"address": at, "type": result.types[at], "reason": reason} for at, reason in result.not_asked.items()
        ],
        "error": result.error,
    }


def _row_json(row: Row) -> dict[str, Any]:
    causes = [{"argument": cause.argument, "before": cause.before, "after": cause.after} for cause in row.causes]
    return {
        "address": row.address,
        "type": row.type,
        "import_id": row.import_id,
        "changed": list(row.changed),
        "forced_by": causes,
        "reason": row.reason,
    }


def show(result: Adoption, directory: Path, console: Console) -> None:
    """Print all of it for people.

    Args:
        result: what came of it.
        directory: of the root.
        console: to print on.
    """
    if result.rows:
        console.print(_table(result.rows))
    counts = Counter(row.deed for row in result.rows)
    lost = counts[Deed.REPLACE] + counts[Deed.DESTROY]
    console.print(
        f"Account {result.account.number}, {result.account.region}: {counts[Deed.ADOPT]} to adopt, "
        f"{counts[Deed.CREATE]} to create, {counts[Deed.CHANGE]} to change, {counts[Deed.RENEW]} to renew, "
        f"{lost} to replace or destroy."
    )
    for address, found in result.unclear.items():
        console.print(f"{address}: {found.answer.value} ({found.detail})", style="bold red", soft_wrap=True)
    _show_not_asked(result, console)
    console.print(_verdict(result, directory), soft_wrap=True)


def _table(rows: list[Row]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("deed")
    table.add_column("resource", overflow="fold")
    table.add_column("what", overflow="fold")
    order = list(Deed)
    for row in sorted(rows, key=lambda row: (order.index(row.deed), row.address)):
        table.add_row(row.deed.value, row.address, _what(row), style=_STYLES.get(row.deed))
    return table


def _what(row: Row) -> str:
    parts = [row.import_id or ""]
    if row.changed:
        parts.append(f"changes {', '.join(row.changed)}")
    if row.causes:
        parts.append(f"forced by {', '.join(map(str, row.causes))}")
    return "; ".join(part for part in (*parts, row.reason) if part)


def _show_not_asked(result: Adoption, console: Console) -> None:
    unknown = sorted({result.types[at] for at, reason in result.not_asked.items() if reason == NOT_IN_TABLE})
    if result.not_asked:
        console.print(f"{len(result.not_asked)} of those to create were not looked for (--json says why).", style="dim")
    if unknown:
        console.print(f"Not in the table of types: {', '.join(unknown)}.", style="yellow", soft_wrap=True)


def _verdict(result: Adoption, directory: Path) -> str:
    if result.unclear:
        return (
            "Refused: of what is red nobody can say that Terraform could make it. Get the right to look, wait, choose "
            "another name, or leave it out with --exclude. Nothing was written."
        )
    if result.refused:
        return (
            "Refused: what exists would be lost. Make the configuration agree with what is there, or take away what is "
            "there by hand. Nothing was written."
        )
    if result.applied:
        return "Applied: everything above is done, and a further run finds nothing to adopt."
    if result.adopted:
        return f"Written: {directory / IMPORTS_FILE}. Nothing is changed yet: --apply does what the table says."
    return "Nothing to adopt."
