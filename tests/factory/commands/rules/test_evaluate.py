"""`factory rules eval`: what SQL gives for a message, and what is wrong with it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from factory.cli import cli, run

EXACT = "3.00000000000000000003"


def evaluate(*words, stdin=""):
    """A call of `factory rules eval`."""
    return CliRunner().invoke(cli, ["rules", "eval", *words], input=stdin)


def test_a_mistake_is_shown_before_anything_is_asked_for():
    """No topic and no payload are needed for it; status 2."""
    result = evaluate("SELECT temp FROM 'a' WHERE temp != 3")

    assert result.exit_code == 2
    # `!=` stands behind 32 characters.
    assert result.stderr.splitlines() == [
        "AWS IoT SQL, line 1, column 33: '!=' cannot stand here; expected an operator or the end.",
        "  SELECT temp FROM 'a' WHERE temp != 3",
        "                                  ^",
        "`!=` is not in AWS IoT SQL; use `<>`.",
    ]
    assert result.stdout == ""


@pytest.mark.parametrize("sql", ["SELEC", "SELECT * FROM 'a' LIMIT 1", "", "SELECT nope(1) FROM 'a'"])
def test_every_mistake_ends_with_status_2(sql):
    """Whatever is wrong."""
    result = evaluate(sql, "--payload", "{}")

    assert result.exit_code == 2
    assert result.stderr.startswith("AWS IoT SQL, line 1")


def test_a_version_has_its_own_mistakes():
    """The first version has no sub-selects (developer guide, "SQL versions")."""
    sql = "SELECT (SELECT VALUE a FROM b) AS c FROM 't'"

    assert evaluate(sql, "--payload", "{}", "--version", "2015-10-08").exit_code == 2
    assert evaluate(sql, "--payload", '{"b": [{"a": 1}]}').output == '{"c":[1]}\n'


def test_the_topic_is_that_of_from():
    """Where it has no wildcard."""
    assert evaluate("SELECT topic() AS t FROM 'a/b'", "--payload", "{}").output == '{"t":"a/b"}\n'


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["SELECT * FROM 'a/+'", "--payload", "{}"], "--topic is missing, and FROM 'a/+' has a wildcard."),
        (["SELECT *", "--payload", "{}"], "--topic is missing, and the SQL has no FROM."),
        (["SELECT * FROM 'a'"], "--payload is missing."),
        (["SELECT * FROM 'a'", "--payload", "no-such-file"], "--payload 'no-such-file' cannot be read"),
        (["SELECT * FROM 'a'", "--payload", "\0"], "--payload '\\x00' cannot be read"),
        (
            ["SELECT * FROM 'a'", "--payload", "{}", "--topic", "a/b/c/d/e/f/g/h/i"],
            "--topic has 17 bytes and 8 slashes.",
        ),
        (["SELECT * FROM 'a'", "--payload", "{}", "--user-property", "x"], "'x' is not KEY=VALUE"),
        (["SELECT * FROM 'a'", "--payload", "{}", "--timestamp", "soon"], "'soon' is not a valid integer"),
    ],
)
def test_what_is_missing_or_wrong_is_told_in_a_sentence(capsys, words, said):
    """Status 2."""
    assert run(["rules", "eval", *words]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("payload", "stdin", "shown"),
    [
        ('{"a": 1}', "", '{"a":1}'),
        ("[1, 2]", "", "[1,2]"),
        ("-", '{"a": 2}', '{"a":2}'),
        ("-", "hello", "(raw bytes, as they came: hello)"),
        ("-", b"\x80\xff", "(raw bytes, as they came: 0x80ff)"),
        ('{"a": 1', "", '(raw bytes, as they came: {"a": 1)'),
    ],
)
def test_a_payload_is_json_itself_or_comes_on_standard_input(payload, stdin, shown):
    """What is not JSON passes through as AWS passes it."""
    assert evaluate("SELECT * FROM 'a'", "--payload", payload, stdin=stdin).output.strip() == shown


def test_a_file_goes_before_json_of_its_name(tmp_path, monkeypatch):
    """`[a]` may be a file's name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "[a]").write_text('{"from": "file"}')

    assert evaluate("SELECT * FROM 'a'", "--payload", "[a]").output == '{"from":"file"}\n'


def test_a_payload_that_is_not_json_is_said_beside_the_result():
    """The result alone would look as if the attribute were missing."""
    result = evaluate("SELECT temp FROM 'a'", "--payload", '{"temp": 1')

    assert result.stdout == "{}\n"
    assert result.stderr.startswith("The payload is not JSON (")


def test_undefined_is_said_in_words():
    """An action would get nothing."""
    assert evaluate("SELECT VALUE nope FROM 'a'", "--payload", "{}").output.startswith("(Undefined")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["SELECT * FROM 'other'", "--topic", "a"], "FROM 'other' does not select 'a'."),
        (["SELECT * FROM 'a' WHERE temp < 0"], "WHERE is not true."),
        (["SELECT *", "--topic", "a"], "does not select"),
        (
            ["SELECT aws_lambda('arn', *) AS x FROM 'a'"],
            "nobody is asked in a dry run; --answers FILE.json can hold what would come",
        ),
    ],
)
def test_without_a_match_the_status_is_1(words, said):
    """And the reason is told."""
    result = evaluate(*words, "--payload", '{"temp": 1}')

    assert result.exit_code == 1
    assert said in result.stderr


def test_every_fact_of_a_message_can_be_told():
    """One function of the language for each."""
    names = "clientid() AS c, timestamp() AS t, traceid() AS r, principal() AS p, sourceip() AS s, accountid() AS a"
    headers = "get_mqtt_property('content_type') AS ct, get_mqtt_property('response_topic') AS rt"
    words = "--client-id c1 --timestamp 5 --trace-id r1 --principal p1 --source-ip 10.0.0.1 --account 123456789012"
    mqtt5 = "--content-type text --response-topic r/t --user-property u=1 --user-property u=2=3"
    told = evaluate(
        f"SELECT {names}, {headers}, get_user_properties('u') AS u FROM 'a'",  # noqa: S608
        "--payload",
        "{}",
        *words.split(),
        *mqtt5.split(),
    )

    assert json.loads(told.output) == {
        "c": "c1",
        "t": 5,
        "r": "r1",
        "p": "p1",
        "s": "10.0.0.1",
        "a": "123456789012",
        "ct": "text",
        "rt": "r/t",
        "u": ["1", "2=3"],
    }


def test_basic_ingest_does_not_ask_from():
    """And hides its prefix."""
    told = evaluate("SELECT topic() AS t FROM 'other'", "--payload", "{}", "--topic", "$aws/rules/mine/a/b")

    assert told.output == '{"t":"a/b"}\n'


def test_templates_are_shown_below_the_result():
    """Each with what it renders to for this message."""
    shown = evaluate("SELECT * FROM 'a'", "--payload", '{"id": 7}', "--template", "k/${id}", "--template", "${nope}")

    assert shown.output.splitlines() == ['{"id":7}', "k/${id}  →  k/7", "${nope}  →  (empty)"]


def test_a_template_that_is_none_is_shown_with_its_place():
    """Status 2."""
    result = evaluate("SELECT * FROM 'a'", "--payload", "{}", "--template", "k/${topic(}")

    assert result.exit_code == 2
    assert "^" in result.stderr


@pytest.mark.parametrize(
    ("sql", "payload", "told"),
    [
        (
            "SELECT a * 1.00000000000000000001 AS a FROM 't'",
            '{"a": 3}',
            '{"matched":true,"result":{"a":3.00000000000000000003}}',
        ),
        ("SELECT VALUE nope FROM 't'", "{}", '{"matched":true,"undefined":true}'),
        ("SELECT * FROM 't'", "[", '{"matched":true,"base64":"Ww=="}'),
        ("SELECT * FROM 't' WHERE a", "{}", '{"matched": false, "reason": "WHERE is not true."}'),
    ],
)
def test_json_is_one_object(sql, payload, told):
    """With every digit of a number."""
    result = evaluate(sql, "--payload", payload, "--json")

    assert result.stdout.strip() == told
    assert result.exit_code == (0 if '"matched":true' in told else 1)


def test_look_ups_are_answered_from_a_file(tmp_path):
    """Where the answer is recorded; else the rule fails as on AWS."""
    answers = tmp_path / "answers.json"
    answers.write_text('{"shadows": {"press": {"": {"version": 7}}}}')
    sql = "SELECT get_thing_shadow('press', 'arn:aws:iam::000000000000:role/r').version AS v FROM 'a'"

    assert evaluate(sql, "--payload", "{}", "--answers", str(answers)).output == '{"v":7}\n'
    assert evaluate(sql.replace("press", "oven"), "--payload", "{}", "--answers", str(answers)).exit_code == 1
