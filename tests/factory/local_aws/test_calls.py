"""The record of who called what."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ministack.core import iam_evaluator

from factory.local_aws.calls import CallRecord, keep_calls

READER = '{"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shelf/*"}]}'


def lines(path: Path) -> list[list[object]]:
    """What was written."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_each_call_is_written_once(tmp_path: Path) -> None:
    """With what conditions could ask for, as far as it is text, and how it was judged."""
    record = CallRecord(tmp_path / "calls")
    for _ in range(2):
        record.add("me", "s3:ListBucket", "shelf", {"s3:prefix": "a", "aws:tagkeys": None}, "Allow")
    record.add("me", "s3:ListBucket", "shelf", {"s3:prefix": "a"}, "Deny")

    assert lines(tmp_path / "calls") == [
        ["me", "s3:ListBucket", "shelf", {"s3:prefix": "a"}, "Allow"],
        ["me", "s3:ListBucket", "shelf", {"s3:prefix": "a"}, "Deny"],
    ]


def test_of_an_action_the_first_resources_are_kept(tmp_path: Path) -> None:
    """Of each caller's actions, so that one that stores much hides nothing of the others."""
    record = CallRecord(tmp_path / "calls", kept=2)
    for number in range(5):
        record.add("me", "s3:PutObject", f"shelf/{number}", {}, "Allow")
    record.add("me", "s3:GetObject", "shelf/9", {}, "Allow")
    record.add("you", "s3:PutObject", "shelf/9", {}, "Allow")

    assert [line[:3] for line in lines(tmp_path / "calls")] == [
        ["me", "s3:PutObject", "shelf/0"],
        ["me", "s3:PutObject", "shelf/1"],
        ["me", "s3:GetObject", "shelf/9"],
        ["you", "s3:PutObject", "shelf/9"],
    ]


def test_a_restart_goes_on_with_what_is_there(tmp_path: Path) -> None:
    """Without the line that a kill has cut off; what was written is not written again."""
    CallRecord(tmp_path / "calls").add("me", "s3:GetObject", "shelf/1", {}, "Allow")
    with (tmp_path / "calls").open("a") as file:
        file.write('["me", "s3:GetObj')
    again = CallRecord(tmp_path / "calls")
    again.add("me", "s3:GetObject", "shelf/1", {}, "Allow")
    again.add("me", "s3:GetObject", "shelf/2", {}, "Allow")

    assert [line[2] for line in lines(tmp_path / "calls")] == ["shelf/1", "shelf/2"]


def test_the_emulator_judges_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what it said is in the record."""
    monkeypatch.setattr(iam_evaluator, "evaluate", iam_evaluator.evaluate)  # put back afterwards
    keep_calls(iam_evaluator, CallRecord(tmp_path / "calls"))

    def judged(resource: str) -> str:
        request = iam_evaluator.EvalContext("me", "User", "000000000000", "s3:GetObject", resource, "us-east-1")
        policy = iam_evaluator.parse_policy_document(READER)
        return str(iam_evaluator.evaluate(request, [policy]).decision)

    assert judged("arn:aws:s3:::shelf/book") == "Allow"
    assert judged("arn:aws:s3:::desk/book") == "ImplicitDeny"
    assert [line[2:] for line in lines(tmp_path / "calls")] == [
        ["arn:aws:s3:::shelf/book", {}, "Allow"],
        ["arn:aws:s3:::desk/book", {}, "ImplicitDeny"],
    ]
