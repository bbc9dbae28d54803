"""`factory rules`: what would happen, told in text or JSON; wrong calls end with status 2 and two lines."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from factory.cli import cli, run

TOPIC = "factory/plant1/line1/M001/telemetry"
READING = (
    '{"device_id":"M001","timestamp":"2026-01-02T03:04:05.678Z","run":3,"seq":17,"temp":99.2,"vibration":0.42,'
    '"rpm":1425,"power":7.5,"state":"running"}'
)


def call(*words: str, payload: str = READING):
    """A call of `factory rules` with a message on standard input."""
    return CliRunner().invoke(cli, ["rules", *words, "--topic", TOPIC, "--payload", "-"], input=payload)


def test_shows_the_archived_line_and_where_it_goes():
    """Matched, the payload, the action with its partition, the error action with its key."""
    shown = call("test", "archive").output

    assert "matched   yes" in shown
    assert "raw/plant=plant1/dt=2026-01-02/hour=03/" in shown
    assert "on error  s3" in shown


def test_says_why_nothing_would_happen():
    """A malformed reading and the archive."""
    shown = call("test", "archive", payload="hello").output

    assert shown.splitlines()[1:] == ["matched   no", "          WHERE is not true."]


def test_json_is_one_object():
    """For other programs."""
    told = json.loads(call("test", "critical_temperature", "--json").output)

    assert told["matched"]
    assert "99.2 °C, above 95 °C" in told["actions"][0]["sns"]["message"]


def test_a_rule_may_be_a_file(tmp_path):
    """A rule that is not in the catalog yet."""
    rule = {
        "ruleName": "mine",
        "topicRulePayload": {
            "sql": "SELECT temp FROM 'factory/#'",
            "awsIotSqlVersion": "2016-03-23",
            "actions": [
                {"republish": {"roleArn": "{{role_arn:mine}}", "topic": "out/${topic(4)}", "qos": 1}},
            ],
        },
    }
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(rule))

    shown = call("test", str(file)).output

    assert "out/M001" in shown
    assert "the rule has no error action" in shown


def test_eval_prints_the_result():
    """One line of JSON."""
    assert call("eval", "SELECT temp * 2 AS t FROM 'factory/#'").output == '{"t":198.4}\n'


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT * FROM 'other'", "does not select"),
        ("SELECT * FROM 'factory/#' WHERE temp < 0", "WHERE is not true"),
    ],
)
def test_eval_without_a_match_ends_with_status_1(sql, said):
    """And says why."""
    result = call("eval", sql)

    assert result.exit_code == 1
    assert said in result.output


@pytest.mark.parametrize(
    "words",
    [
        ["rules"],
        ["rules", "test"],
        ["rules", "test", "archive"],
        ["rules", "test", "archive", "--topic", TOPIC],
        ["rules", "test", "nobody", "--topic", TOPIC, "--payload", "/dev/null"],
        ["rules", "test", "no/file.json", "--topic", TOPIC, "--payload", "/dev/null"],
        ["rules", "test", "archive", "--topic", "a/#", "--payload", "/dev/null"],
        ["rules", "test", "archive", "--topic", "", "--payload", "/dev/null"],
        ["rules", "test", "archive", "--topic", TOPIC, "--payload", "/no/file"],
        ["rules", "test", "archive", "--topic", TOPIC, "--payload", "/"],
        ["rules", "eval", "SELEC", "--topic", TOPIC, "--payload", "/dev/null"],
        ["rules", "eval", "SELECT * FROM 'a' LIMIT 1", "--topic", TOPIC, "--payload", "/dev/null"],
        ["rules", "eval", "", "--topic", TOPIC, "--payload", "/dev/null"],
        ["rules", "run"],
    ],
)
def test_a_wrong_call_ends_with_status_2_and_two_lines(capsys, words):
    """What is wrong, and what would be right; never a traceback."""
    assert run(words) == 2

    told = capsys.readouterr().err
    assert 1 <= len(told.splitlines()) <= 2
    assert "Traceback" not in told
