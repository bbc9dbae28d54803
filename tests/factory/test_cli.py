"""The command line: help, and wrong calls of every command."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from contracts.errors import FactoryError, UsageError
from factory import cli
from factory.cli import COMMANDS, LazyCommand, run

WRONG_CALLS = [
    "nope",
    "--nope",
    "up --machines 0",
    "up --machines many",
    "up --machines -3",
    "up --for 0",
    "up --for soon",
    "up --interval 0",
    "up --seed -1",
    "up --scenario no-such-scenario",
    "up --scenario ./no/such/file.yaml",
    "up --plant a/b",
    "up --aws-port 70000",
    "up --prometheus-port x",
    "up --mqtt-port 4566 --aws-port 4566",
    "up --device R001",
    "up --device R001:line1:spaceship",
    "up --host 192.0.2.1",
    "up --fleet-zone Mars/Base",
    "up --vehicles 3 --no-fleet",
    "up --model-port 8025",
    "fleet nope",
    "fleet upload",
    "fleet upload no-such-file.txt",
    "fleet show",
    "fleet show VHC001 --data-dir no-such-directory",
    "fleet show VHC001 --since yesterday",
    "fleet show VHC001 --since 2026-01-02 --until 2026-01-01",
    "fleet set VHC/001",
    "fleet set VHC001 --threshold 0",
    "fleet set VHC001 --recipient nobody",
    "fleet set VHC001 --clear --threshold 95",
    "fleet refused --data-dir no-such-directory",
    "provision --machines 0 --fleet --fleet-zone Mars/Base",
    "unprovision --plant a/b",
    "unprovision --region mars",
    "unprovision --endpoint-url 127.0.0.1",
    "unprovision surplus",
    "up --data-dir /dev/null",
    "up --data-dir /dev/null/x",
    "up surplus",
    "down --data-dir no-such-directory",
    "down --timeout 0",
    "down surplus",
    "status --data-dir no-such-directory",
    "status --yaml",
    "audit --data-dir no-such-directory",
    "verdicts --data-dir no-such-directory",
    "up --models no-such-directory",
    "up --models .",
    "audit --data-dir .",
    "audit --archive s3://lake",
    "audit --ledger .",
    "audit --archive ftp://lake --ledger .",
    "audit --settle -1",
    "audit --worst few",
    "backfill",
    "backfill --out x --days 0",
    "backfill --out x --machines 0",
    "backfill --out x --start tomorrow",
    "backfill --out ftp://x",
    "backfill --out x --clean-twin x",
    "lake",
    "lake nope",
    "lake compact --lake no-such-folder",
    "lake compact --lake ftp://x",
    "lake compact --data-dir no-such-directory",
    "lake compact --lake . --since yesterday",
    "lake compact --lake . --since 2026-02-01 --until 2026-01-01",
    "lake query --lake .",
    "lake query --lake . --named nope",
    "lake query --lake . --named hours_above_temperature --set limit_c",
    "lake query --lake . SELECT",
    "lake tables --ddl",
    "lake tables --ddl --location s3://my-lake",
    "lake tables --ddl --location ./lake --plant p",
    "inject",
    "inject M003",
    "inject M003 gremlins",
    "cost --region nowhere",
    "cost --batch 0",
    "cost --machines 9 surplus",
    "provision --machines some",
    "provision --issuer nobody",
    "provision --endpoint-url nonsense",
    "rules",
    "rules nope",
    "rules eval",
    "rules lint no-such-rule",
    "rules lint .",
    "rules explain no-such-rule",
    "rules test no-such-rule --topic a --payload -",
    "dashboards",
    "dashboards nope",
    "bench no-such-case",
    "deploy --folder no-such-directory",
    "deploy --machines 0",
    "deploy --folder no-such-directory --write-draft",
    "undeploy",
    "undeploy --with-data --folder no-such-directory",
]


@pytest.mark.parametrize("call", WRONG_CALLS)
def test_a_wrong_call_is_told_in_two_lines(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 2, one or two lines on standard error, no traceback, nothing left behind."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    assert run(call.split()) == 2
    told = capsys.readouterr().err
    assert 1 <= len(told.splitlines()) <= 2
    assert told.startswith("factory")
    assert "Traceback" not in told
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_in_sql_is_told_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2 as for each wrong call, and a caret below the word, which two lines could not hold."""
    assert run(["rules", "eval", "SELEC"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("AWS IoT SQL, line 1, column 1:")
    assert told[1:3] == ["  SELEC", "  ^"]
    assert len(told) <= 4


def test_the_real_program_tells_it_so_too(tmp_path: Path) -> None:
    """As a process: status 2, the sentence on standard error, nothing on standard output."""
    call = [sys.executable, "-m", "factory", "up", "--machines", "x"]
    told = subprocess.run(call, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.splitlines()[1] == "Try: factory up --help"


def test_help_imports_no_command() -> None:
    """`factory --help` stays quick: it needs none of the libraries of its commands."""
    code = (
        "import sys; from factory.cli import run; run(['--help']);"
        "sys.exit(any(name in sys.modules for name in ('boto3', 'rich', 'numpy', 'psutil')))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_teaches(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Its line in the list is its own, and its help shows an example."""
    command = cli.cli.get_command(click.Context(cli.cli), name)
    assert command is not None
    assert command.get_short_help_str(100).rstrip(".") == COMMANDS[name].summary.rstrip(".")
    if not isinstance(command, click.Group):
        assert run([name, "--help"]) == 0
        below_the_usage = capsys.readouterr().out.partition("\n")[2]
        assert f"  factory {name}" in below_the_usage


def _below(command: click.Command, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], click.Command]]:
    """A command, and all commands below it."""
    if not isinstance(command, click.Group):
        return [(path, command)]
    context = click.Context(command)
    children = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
    return [found for name, child in children if child is not None for found in _below(child, (*path, name))]


@pytest.mark.parametrize("name", list(COMMANDS))
def test_examples_are_printed_as_they_are_written(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each example has a line of its own, can be copied whole, and no marker of click's is left over."""
    command = cli.cli.get_command(click.Context(cli.cli), name)
    assert command is not None
    for path, below in _below(command, (name,)):
        assert run([*path, "--help"]) == 0
        told = capsys.readouterr().out
        written = [line.strip() for line in f"{below.help}\n{below.epilog}".splitlines()]
        examples = [line for line in written if line.startswith(f"factory {' '.join(path)}") or " | factory " in line]
        assert examples or name == "clear", path
        assert set(examples) <= {line.strip() for line in told.splitlines()}
        assert "\b" not in told
        assert r"\b" not in told


def test_without_a_command_it_helps(capsys: pytest.CaptureFixture[str]) -> None:
    """`factory` alone shows what there is."""
    assert run([]) == 0
    assert "Commands:" in capsys.readouterr().out


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> dict[str, Exception]:
    """A command `fail` that raises what the test puts under `error`."""
    raised: dict[str, Exception] = {}

    @click.command()
    def fail() -> None:
        raise raised["error"]

    monkeypatch.setitem(COMMANDS, "fail", LazyCommand("tests:fail", "Fail."))
    found = cli.LazyGroup.get_command
    monkeypatch.setattr(
        cli.LazyGroup,
        "get_command",
        lambda group, context, name: fail if name == "fail" else found(group, context, name),
    )
    return raised


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (FactoryError("The disk is full.", remedy="Make room."), 1, "factory: The disk is full.\nMake room.\n"),
        (UsageError("No such machine."), 2, "factory: No such machine.\n"),
        (UsageError("Line 1, column 3: no.\n  SELEC\n    ^"), 2, "factory: Line 1, column 3: no.\n"),
        (KeyError("x"), 1, "factory: KeyError: 'x'\nThis was not foreseen; `factory --debug …` shows where.\n"),
    ],
)
def test_failures_are_told_and_have_their_status(
    failing: dict[str, Exception], capsys: pytest.CaptureFixture[str], error: Exception, status: int, told: str
) -> None:
    """An error says what is wrong and what would be right; a defect says how to see more."""
    failing["error"] = error
    assert run(["fail"]) == status
    assert capsys.readouterr().err == told


def test_debug_shows_where(failing: dict[str, Exception]) -> None:
    """With --debug the failure itself comes out."""
    failing["error"] = KeyError("x")
    with pytest.raises(KeyError):
        run(["--debug", "fail"])
