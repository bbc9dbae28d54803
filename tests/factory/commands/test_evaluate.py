"""`factory evaluate` on public data, as it is typed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click
import pytest

from factory.cli import run
from factory.commands.evaluate import COMMANDS, evaluate

TESTS = Path(__file__).parents[2]
DATA = TESTS / "maintenance" / "evaluation" / "data"


@pytest.mark.parametrize("name", list(COMMANDS))
def test_the_list_says_of_each_command_what_it_says_of_itself(name):
    """The one-line descriptions stand apart from the commands, so that the list imports none of them."""
    command = evaluate.get_command(click.Context(evaluate), name)

    assert command.get_short_help_str(100).rstrip(".") == COMMANDS[name].summary.rstrip(".")


@pytest.fixture
def nab(tmp_path) -> Path:
    """Both temperatures and their windows."""
    place = tmp_path / "nab"
    shutil.copytree(DATA / "nab", place)
    shutil.copy(TESTS / "simulator" / "data" / "nab" / "machine_temperature_system_failure.csv", place)
    return place


@pytest.fixture
def skab(tmp_path) -> Path:
    """One experiment of 500 seconds of which the last 50 are unlike the rest."""
    place = tmp_path / "skab" / "valve1"
    place.mkdir(parents=True)
    rows = [
        f"2020-03-09 10:{s // 60:02d}:{s % 60:02d};{s % 7};{s % 5 + 100 * (s >= 450)};{int(s >= 450)}.0;0.0"
        for s in range(500)
    ]
    (place / "0.csv").write_text("\n".join(["datetime;Current;Pressure;anomaly;changepoint", *rows]) + "\n")
    return place.parent


def test_nab_is_told_by_series_and_detector(nab, capsys):
    """A perfect score is 4 on the machine's temperature, silence is -4: ours lies between, and is above 0."""
    assert run(["evaluate", "nab", "--dir", str(nab), "--json"]) == 0

    machine = json.loads(capsys.readouterr().out)["machine_temperature_system_failure.csv"]
    assert 0 < machine["level"]["standard"]["raw"] < 4
    assert machine["level"]["standard"]["false_alarms"] <= 5
    assert machine["null"]["standard"]["raw"] == -4.0


def test_skab_tells_its_scores_at_the_top(skab, capsys):
    """`f1`, `far_percent` and `mar_percent`, beside flagging everything: by hand 2 * 50 / (50 + 500)."""
    assert run(["evaluate", "skab", "--dir", str(skab), "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["f1"] > 0.9
    assert told["mar_percent"] < 10
    assert told["baselines"]["flag everything"]["f1"] == pytest.approx(100 / 550)


def test_a_page_gets_a_section_a_command(nab, skab, tmp_path, capsys):
    """Each evaluation has its own heading, with the command under it."""
    page = tmp_path / "page.md"

    assert run(["evaluate", "skab", "--dir", str(skab), "--write", str(page)]) == 0
    assert run(["evaluate", "nab", "--dir", str(nab), "--write", str(page)]) == 0

    text = page.read_text()
    assert "## SKAB" in text
    assert "## NAB" in text
    assert "| ours | all |" in text
    assert "`factory evaluate nab --dir" in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["cmapss"], "Missing option '--dir'"),
        (["cmapss", "--dir", "{there}", "--subset", "FD005"], "'FD005' is not one of"),
        (["cmapss", "--dir", "{there}"], "there is neither train_FD001.txt nor train_FD001.txt.gz"),
        (["cmapss", "--dir", "{there}/none"], "there is no such directory"),
        (["nab", "--dir", "{there}"], "there is neither machine_temperature_system_failure.csv"),
        (["skab", "--dir", "{there}"], "there is no experiment in this directory"),
        (["ai4i"], "Either --dir or --file is needed"),
        (["ai4i", "--dir", "{there}", "--file", "x.csv"], "Either --dir or --file is needed"),
        (["ai4i", "--dir", "{there}"], "there is neither ai4i2020.csv"),
        (["ai4i", "--file", "{there}/mine.csv"], "there is neither mine.csv"),
        (["skab", "--dir", "{there}", "--write", "{there}/none/page.md"], "cannot be written"),
    ],
)
def test_a_wrong_call_is_told_in_a_sentence(tmp_path, capsys, arguments, told):
    """Exit status 2, and no traceback."""
    assert run(["evaluate", *(word.format(there=tmp_path) for word in arguments)]) == 2

    said = capsys.readouterr().err
    assert told in said
    assert len(said.strip().splitlines()) <= 2


def test_a_malformed_line_is_told(nab, capsys):
    """File and line, as an editor counts them."""
    path = nab / "ambient_temperature_system_failure.csv"
    path.chmod(0o644)
    path.write_text(path.read_text().replace("70.87780496", "warm"))

    assert run(["evaluate", "nab", "--dir", str(nab)]) == 2
    assert "ambient_temperature_system_failure.csv, line 4: value 'warm' is not a number." in capsys.readouterr().err
