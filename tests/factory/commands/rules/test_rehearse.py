"""`factory rules test`: what a rule would do, told in text or JSON; wrong calls end with status 2 and two lines."""

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
    shown = call("test", "archive", payload="{}").output

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


def test_a_message_may_be_the_json_itself():
    """No file is needed."""
    words = ["rules", "test", "critical_temperature", "--topic", TOPIC, "--payload", READING, "--json"]
    told = json.loads(CliRunner().invoke(cli, words).output)

    assert told["matched"]


def test_actions_that_are_not_run_are_shown(tmp_path):
    """With their parameters, and a sentence that says so."""
    events = {"roleArn": "arn:aws:iam::000000000000:role/any", "inputName": "presses", "messageId": "id-${topic(4)}"}
    payload = {
        "sql": "SELECT temp FROM 'factory/#'",
        "awsIotSqlVersion": "2016-03-23",
        "actions": [{"iotEvents": events}],
    }
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({"ruleName": "mine", "topicRulePayload": payload}))

    shown = call("test", str(file)).output

    assert "This engine does not run iotEvents; AWS would." in shown
    assert "id-M001" in shown


def test_look_ups_are_answered_from_a_file(tmp_path):
    """Recorded in the shape of the conformance vectors."""
    file, answers = tmp_path / "mine.json", tmp_path / "answers.json"
    role = "arn:aws:iam::000000000000:role/r"
    sql = f"SELECT get_dynamodb('limits', 'machine', device_id, '{role}').limit AS l FROM 'factory/#'"  # noqa: S608
    payload = {"sql": sql, "awsIotSqlVersion": "2016-03-23", "actions": []}
    file.write_text(json.dumps({"ruleName": "mine", "topicRulePayload": payload}))
    answers.write_text('{"dynamodb": {"limits": {"key": {"machine": "M001"}, "item": {"limit": 80}}}}')

    assert 'payload   {"l":80}' in call("test", str(file), "--answers", str(answers)).output
    assert (
        "nobody is asked in a dry run; --answers FILE.json can hold what would come" in call("test", str(file)).output
    )


def test_sql_that_is_none_is_told_with_its_place(tmp_path):
    """And the file; status 2."""
    file = tmp_path / "mine.json"
    payload = {"sql": "SELECT a FROM 't' WHERE a != 3", "awsIotSqlVersion": "2016-03-23", "actions": []}
    file.write_text(json.dumps({"ruleName": "mine", "topicRulePayload": payload}))

    result = call("test", str(file))

    assert result.exit_code == 2
    assert "`!=` is not in AWS IoT SQL; use `<>`." in result.output
    assert str(file) in result.output


@pytest.mark.parametrize(
    "words",
    [
        ["rules"],
        ["rules", "run"],
        ["rules", "test"],
        ["rules", "test", "archive"],
        ["rules", "test", "archive", "--topic", TOPIC],
        ["rules", "test", "nobody", "--topic", TOPIC, "--payload", "/dev/null"],
        ["rules", "test", "no/file.json", "--topic", TOPIC, "--payload", "/dev/null"],
        ["rules", "test", "archive", "--topic", "a/#", "--payload", "/dev/null"],
        ["rules", "test", "archive", "--topic", "", "--payload", "/dev/null"],
        ["rules", "test", "archive", "--topic", TOPIC, "--payload", "/no/file"],
        ["rules", "test", "archive", "--topic", TOPIC, "--payload", "/"],
        ["rules", "test", "archive", "--topic", TOPIC, "--payload", "{}", "--answers", "/no/file"],
        ["rules", "test", "archive", "--topic", TOPIC, "--payload", "{}", "--user-property", "x"],
    ],
)
def test_a_wrong_call_ends_with_status_2_and_two_lines(capsys, words):
    """What is wrong, and what would be right; never a traceback."""
    assert run(words) == 2

    told = capsys.readouterr().err
    assert 1 <= len(told.splitlines()) <= 2
    assert "Traceback" not in told
