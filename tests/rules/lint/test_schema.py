"""Refusals of AWS's schema, each at its place."""

from __future__ import annotations

import json

from rules.lint import lint
from rules.rule import MAX_PAYLOAD_BYTES


def test_a_rule_of_more_than_128_kb(codes):
    """AWS General Reference, "AWS IoT Core quotas"."""
    assert "rule-too-large" in codes("SELECT * FROM 't'", description="x" * MAX_PAYLOAD_BYTES)
    assert "rule-too-large" not in codes("SELECT * FROM 't'", description="x" * (MAX_PAYLOAD_BYTES - 1000))


def test_what_is_no_rule_is_told_key_by_key(tmp_path, known):
    """Not only the first that is missing."""
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({"rule": "SELECT 1", "topicRulePayload": {"actions": 3}}))

    found = {(finding.code, finding.place) for finding in lint([file], known)}

    assert {("unknown-key", "rule"), ("schema", "ruleName"), ("schema", "sql")} <= found


def test_every_version_of_aws_is_taken(codes):
    """Whichever of them the engine runs."""
    for version in ("2015-10-08", "2016-03-23", "beta"):
        assert "schema" not in codes("SELECT * FROM 't'", version=version)
    assert "schema" in codes("SELECT * FROM 't'", version="2020-01-01")


def test_an_unknown_key_hides_nothing_else(codes):
    """What stands beside it, and below it, is told as well."""
    bad = {"sns": {"targetArn": "arn:aws:sns:us-east-1:123456789012:a", "colour": 1, "messageFormat": "XML"}}

    found = codes("SELECT * FROM 't'", [bad], size=3, name="no-name")

    assert {"unknown-key", "schema", "rule-name"} <= found
