"""Rules written in a line, and the two catalogs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.resources import Resources
from rules.lint import lint
from rules.lint.subject import Subject
from rules.placeholders import placeholders

ROLE = "arn:aws:iam::123456789012:role/rule"
KNOWN = placeholders(Resources("plant1", "000000000000"))


def as_value(sql, actions=(), error=None, version="2016-03-23", name="mine", **extra):
    """The JSON of a rule."""
    payload = {"sql": sql, "awsIotSqlVersion": version, "actions": list(actions), **extra}
    return {"ruleName": name, "topicRulePayload": payload | ({"errorAction": error} if error else {})}


@pytest.fixture
def subject():
    """A rule as lint sees it."""
    return lambda *args, **options: Subject("mine.json", as_value(*args, **options))


@pytest.fixture
def republish():
    """A republish action to a topic."""
    return lambda topic: {"republish": {"roleArn": ROLE, "topic": topic}}


@pytest.fixture
def codes(tmp_path):
    """The codes that lint finds in one rule."""

    def found(*args, **options):
        file = tmp_path / "mine.json"
        file.write_text(json.dumps(as_value(*args, **options)))
        return {finding.code for finding in lint([file], KNOWN)}

    return found


@pytest.fixture
def known():
    """Values of placeholders."""
    return KNOWN


@pytest.fixture
def catalogs():
    """The directory that holds the planted catalog and the sound one."""
    return Path(__file__).parent
