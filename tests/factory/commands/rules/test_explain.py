"""`factory rules explain`: what a rule writer wants to know."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from factory.cli import cli, run


def explain(*words):
    """A call of `factory rules explain`."""
    return CliRunner().invoke(cli, ["rules", "explain", *words])


def test_a_rule_of_the_catalog_is_told_in_sections():
    """From its tree to its cost."""
    shown = explain("critical_temperature", "--rate", "10").output

    assert shown.startswith("rule      critical_temperature\ntree      ├─ FROM 'factory/plant1/+/+/telemetry'\n")
    assert "level 3  +          any one level" in shown
    assert "but not    factory/plant1/press-1/press-2/telemetry/more (it has a level more)" in shown
    assert "order     1. temp = temp + 0   (must be true, or it ends here)" in shown
    assert "looks up  nothing outside" in shown
    # 10 messages a second for 86,400 seconds.
    assert "a day at 10 messages/s: 864,000 published, 864,000 rules triggered, 864,000 actions" in shown


def test_a_statement_may_be_given_itself():
    """Without actions AWS meters one all the same; 8 KB are two steps."""
    shown = explain("SELECT temp FROM 'a/#' WHERE temp > 80", "--payload-bytes", "8192").output

    assert "a message of 8192 bytes: 2 published, 2 rules triggered, 2 actions" in shown
    assert "the same over Basic Ingest: 0 published, 2 rules triggered, 2 actions" in shown
    assert "but not    a (# stands for at least one level)" in shown


def test_a_rule_without_from_is_reached_by_basic_ingest():
    """Which is said."""
    shown = explain("SELECT *").output

    assert "FROM      none: only messages on $aws/rules/NAME/… reach the rule (Basic Ingest)" in shown


def test_json_is_one_object():
    """For other programs."""
    told = json.loads(explain("archive", "--json").output)

    assert told["rule"] == "archive"
    assert told["actions"] == ["firehose"]
    assert told["units"]["day"] is None


@pytest.mark.parametrize("sql", ["SELECT temp FROM 'a' WHERE temp != 3", "SELECT nope(a) FROM 'a'"])
def test_sql_that_is_none_is_told_with_its_place(sql):
    """Status 2."""
    result = explain(sql)

    assert result.exit_code == 2
    assert result.stderr.startswith("AWS IoT SQL, line 1")


@pytest.mark.parametrize(
    "words",
    [["no-such-rule"], ["no/file.json"], ["archive", "--rate", "nan"], ["archive", "--payload-bytes", "200000"], []],
)
def test_a_wrong_call_is_told_in_two_lines(capsys, words):
    """Status 2."""
    assert run(["rules", "explain", *words]) == 2
    assert 1 <= len(capsys.readouterr().err.splitlines()) <= 2


def test_a_file_that_is_no_rule_is_a_wrong_call(capsys, tmp_path):
    """With what is wrong."""
    file = tmp_path / "mine.json"
    file.write_text("[]")

    assert run(["rules", "explain", str(file)]) == 2
    assert "no object" in capsys.readouterr().err
