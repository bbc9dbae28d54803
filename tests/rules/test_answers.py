"""Recorded answers stand in for the world."""

from __future__ import annotations

import json

import pytest

from contracts.errors import UsageError
from rules.answers import RecordedAnswers, read_answers
from rules.sql import EvaluationError, Message, compile  # noqa: A004 - the language's own word

RECORDED = {
    "dynamodb": {"limits": [{"key": {"machine": "M1"}, "item": {"limit": 80.5}}, {"key": {"machine": 2}, "item": {}}]},
    "lambda": {"arn": {"response": {"ok": True}}, "slow": {"error": "no answer in 2000 ms"}},
    "secrets": {"s": {"SecretString": '{"user": "a"}'}, "b": {"SecretBinary_base64": "AAE="}},
    "shadows": {"press": {"": {"version": 7}, "motor": {"version": 8}}},
    "registry": {"DescribeThing": {"press": {"thingTypeName": "big"}}},
    "ml": {"model": {"predictedLabel": "1"}},
}


def value_of(expression, recorded=None):
    """What an expression gives with recorded answers."""
    statement = compile(" ".join(["SELECT VALUE", expression, "FROM 't'"]))
    return statement.evaluate(Message(topic="t", payload=b"{}"), RecordedAnswers(recorded or RECORDED))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("get_dynamodb('limits', 'machine', 2, 'r')", {}),
        ("isUndefined(get_dynamodb('limits', 'machine', 'M9', 'r'))", True),
        ("aws_lambda('arn', *).ok", True),
        ("get_secret('s', 'SecretString', 'user', 'r')", "a"),
        ("get_secret('b', 'SecretBinary', 'r')", "AAE="),
        ("get_thing_shadow('press', 'r').version", 7),
        ("get_thing_shadow('press', 'motor', 'r').version", 8),
        ("get_registry_data('DescribeThing', 'press', 'r').thingTypeName", "big"),
        ("machinelearning_predict('model', 'r', *).predictedLabel", "1"),
    ],
)
def test_each_look_up_is_answered(expression, value):
    """In the shape of the conformance vectors."""
    assert value_of(expression) == value


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("aws_lambda('slow', *)", "no answer in 2000 ms"),
        ("aws_lambda('other', *)", "--answers has nothing at 'lambda.other'"),
        ("get_thing_shadow('press', 'door', 'r')", "nothing at 'shadows.press.door'"),
    ],
)
def test_what_is_not_recorded_fails_as_on_aws(expression, said):
    """With the place that is missing."""
    with pytest.raises(EvaluationError, match=said):
        value_of(expression)


def test_get_or_default_catches_it():
    """As on AWS."""
    assert value_of("get_or_default(aws_lambda('slow', *), 'none')") == "none"


def test_numbers_of_a_file_keep_their_digits(tmp_path):
    """No float on the way."""
    file = tmp_path / "answers.json"
    file.write_text('{"lambda": {"arn": {"response": 0.1234567890123456789}}}')

    answer = read_answers(file).invoke_lambda("arn", None)

    assert str(answer) == "0.1234567890123456789"


@pytest.mark.parametrize("text", ["[]", "{", '{"sqs": {}}', '{"lambda": []}'])
def test_a_file_of_another_form_is_a_wrong_call(tmp_path, text):
    """Told with the keys that there are."""
    file = tmp_path / "answers.json"
    file.write_text(text)

    with pytest.raises(UsageError, match="--answers"):
        read_answers(file)


def test_objects_of_s3_are_bytes():
    """Descriptors of protobuf are binary."""
    answers = RecordedAnswers(json.loads('{"s3": {"bucket/a/b": "AAE=", "bucket/bad": "?"}}'))

    assert answers.s3_object("bucket", "a/b") == b"\x00\x01"
    with pytest.raises(LookupError, match="not base64"):
        answers.s3_object("bucket", "bad")
