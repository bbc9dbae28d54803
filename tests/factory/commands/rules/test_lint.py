"""`factory rules lint`: findings in text and JSON, and the status that a pipeline can act on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from factory.cli import cli, run
from factory.commands.rules import lint as module
from rules.lint import KINDS

PLANTED = Path(__file__).parents[3] / "rules" / "lint" / "planted"
ROLE = "arn:aws:iam::123456789012:role/rule"


def lint(*words):
    """A call of `factory rules lint`."""
    return CliRunner().invoke(cli, ["rules", "lint", *map(str, words)])


@pytest.fixture
def rule(tmp_path):
    """Writes a rule that has a warning and no error, or what it is given."""

    def written(sql="SELECT 7 / 2 AS half FROM 'a'", name="mine"):
        sns = {"sns": {"roleArn": ROLE, "targetArn": "arn:aws:sns:us-east-1:123456789012:a"}}
        s3 = {"s3": {"roleArn": ROLE, "bucketName": "lake", "key": "${newuuid()}"}}
        payload = {"sql": sql, "awsIotSqlVersion": "2016-03-23", "actions": [sns], "errorAction": s3}
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps({"ruleName": name, "topicRulePayload": payload}))
        return file

    return written


def test_the_factorys_catalog_is_sound():
    """By default it is what is looked at."""
    result = lint()

    assert result.exit_code == 0
    assert result.output == "4 rules: nothing found\n"


def test_a_finding_has_kind_place_caret_and_remedy(rule):
    """In this order."""
    file = rule()

    assert lint(file).output.splitlines() == [
        f"warning integer-division  {file}  sql:1:8",
        "  7 / 2 divides whole numbers: the rest is dropped.",
        "    SELECT 7 / 2 AS half FROM 'a'",
        "           ^",
        "  Write 7 / 2.0 to keep it.",
        "",
        "1 rule: 1 warning",
    ]


@pytest.mark.parametrize(("words", "status"), [([], 0), (["--strict"], 1)])
def test_warnings_alone_are_status_0_unless_strict(rule, words, status):
    """A pipeline may choose."""
    assert lint(rule(), *words).exit_code == status


def test_an_error_is_status_1(rule):
    """Told with the SQL and a caret."""
    result = lint(rule("SELECT temp FROM 'a' WHERE temp != 3"))

    assert result.exit_code == 1
    assert "`!=` is not in AWS IoT SQL; use `<>`." in result.output


def test_a_whole_directory_is_looked_at():
    """Without stopping at the first problem, nor at what is no rule."""
    told = json.loads(lint(PLANTED, "--json").output)

    assert told["rules"] == len(list(PLANTED.glob("*.json")))
    assert {finding["code"] for finding in told["findings"]} >= {"not-json", "sql-syntax", "twin_name"} - {"twin_name"}
    assert told["errors"] == sum(finding["severity"] == "error" for finding in told["findings"])


def test_json_tells_place_line_and_column(rule):
    """For editors and other programs."""
    (finding,) = json.loads(lint(rule(), "--json").output)["findings"]

    assert finding["code"] == "integer-division"
    assert (finding["place"], finding["line"], finding["column"]) == ("sql", 1, 8)


def test_rules_that_are_named_together_are_one_catalog(rule):
    """So that a name that is taken is found."""
    first, second = rule("SELECT a FROM 'a'", "one"), rule("SELECT a FROM 'b'", "two")
    second.write_text(second.read_text().replace('"two"', '"one"'))

    assert "duplicate-name" in lint(first, second).output
    assert lint(first).exit_code == lint(second).exit_code == 0


def test_every_kind_is_listed():
    """A line each."""
    lines = lint("--list").output.splitlines()

    assert {line.split()[0] for line in lines[1:]} == set(KINDS)
    assert len(json.loads(lint("--list", "--json").output)) == len(KINDS)


@pytest.mark.parametrize("words", [["no-such-rule"], ["no/such/file.json"], ["--plant", "a/b"]])
def test_a_wrong_call_is_status_2(capsys, words):
    """One or two lines."""
    assert run(["rules", "lint", *words]) == 2
    assert 1 <= len(capsys.readouterr().err.splitlines()) <= 2


def test_a_directory_without_rules_is_a_wrong_call(capsys, tmp_path):
    """Silence would look like success."""
    assert run(["rules", "lint", str(tmp_path)]) == 2
    assert "No rule (*.json)" in capsys.readouterr().err


def test_a_bar_comes_when_it_takes_long(monkeypatch, rule):
    """Not before, and gone in the end."""
    made = []
    monkeypatch.setattr(module, "PATIENCE_S", -1.0)
    make = module._LateBar._make
    monkeypatch.setattr(module._LateBar, "_make", lambda bar: made.append(make(bar)) or made[-1])

    assert lint(rule("SELECT a FROM 'a'")).exit_code == 0
    (bar,) = made
    assert bar.finished
