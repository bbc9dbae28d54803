"""The consoles on which the commands print."""

import ast
from pathlib import Path

import pytest
from rich.table import Table

import factory
from factory.console import make_console


def test_square_brackets_are_printed_in_lines_and_tables(capsys: pytest.CaptureFixture[str]) -> None:
    """A unit is no markup, whether in a title, a cell or a line."""
    table = Table("rate [°C/min]")
    table.add_row("[bold] is no style")
    make_console().print(table)
    make_console().print("speed [rpm]")
    told = capsys.readouterr().out
    assert all(part in told for part in ("rate [°C/min]", "[bold] is no style", "speed [rpm]"))


def test_a_plain_console_has_the_given_width(capsys: pytest.CaptureFixture[str]) -> None:
    """Where no terminal is, a line breaks at the width that the command asks for."""
    make_console(plain_width=160).print("x" * 150)
    assert capsys.readouterr().out == "x" * 150 + "\n"


def test_no_command_makes_a_console_of_its_own() -> None:
    """Every console of the room comes from here: one made elsewhere would swallow units again."""
    sources = Path(factory.__file__).parent.rglob("*.py")
    makers = {
        source.name
        for source in sources
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Console"
    }
    assert makers == {"console.py"}
