"""Whatever can be wrong with a rule is found before the first message flows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.resources import Resources
from rules.errors import CatalogError
from rules.loading import CATALOG_DIR, load_catalog, load_rule
from rules.lookups import Asks
from rules.placeholders import placeholders

KNOWN = placeholders(Resources("plant1", "000000000000"))
ROLE = "arn:aws:iam::000000000000:role/any"


def write(directory: Path, name: str = "tried", sql: str = "SELECT * FROM 'a'", **action) -> Path:
    """A rule with an s3 action, as a file."""
    parameters = {"roleArn": ROLE, "bucketName": "{{lake_bucket}}", "key": "k", **action}
    payload = {"sql": sql, "awsIotSqlVersion": "2016-03-23", "actions": [{"s3": parameters}]}
    file = directory / f"{name}-{len(list(directory.iterdir()))}.json"
    file.write_text(json.dumps({"ruleName": name, "topicRulePayload": payload}))
    return file


def test_the_factory_has_three_rules(catalog):
    """Named as their files."""
    assert sorted(catalog) == [file.stem for file in sorted(CATALOG_DIR.glob("*.json"))]
    assert sorted(catalog) == ["archive", "critical_temperature", "malformed_telemetry"]


def test_placeholders_are_filled(tmp_path, tools):
    """The bucket of the plant and account."""
    rule = load_rule(write(tmp_path), KNOWN, tools)

    assert rule.actions[0].resource == "smart-factory-plant1-lake-000000000000"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sql": "SELECT * FRM 'a'"}, "column 10"),
        ({"sql": "SELECT * FROM 'a/b/c/d/e/f/g/h/i'"}, "7 are allowed"),
        ({"key": "${topic("}, "never ends"),
        ({"key": "{{nobody}}"}, "placeholder"),
        ({"cannedAcl": "all"}, "cannedAcl"),
    ],
)
def test_a_rule_that_cannot_run_is_refused_with_its_file(tmp_path, tools, wrong, said):
    """The error names the file and the spot."""
    file = write(tmp_path, **wrong)

    with pytest.raises(CatalogError, match=said) as refusal:
        load_rule(file, KNOWN, tools)
    assert str(file) in str(refusal.value)


def test_a_rule_without_from_is_one_for_basic_ingest(tmp_path, tools):
    """FROM is optional where nothing else reaches the rule (developer guide, "Basic Ingest")."""
    assert load_rule(write(tmp_path, sql="SELECT *"), KNOWN, tools).statement.topic_filter is None


@pytest.mark.parametrize(
    ("wrong", "asks"),
    [
        ({}, Asks()),
        ({"sql": "SELECT get_secret('a', 'SecretString', 'r') AS s FROM 'a'"}, Asks(statement=True)),
        ({"key": "${get_secret('a', 'SecretString', 'r')}"}, Asks(templates=True)),
    ],
)
def test_what_a_rule_looks_up_is_known_when_it_is_loaded(tmp_path, tools, wrong, asks):
    """In its statement, or in a template of an action."""
    assert load_rule(write(tmp_path, **wrong), KNOWN, tools).asks == asks


@pytest.mark.parametrize(("text", "said"), [("{", "not JSON"), ("[]", "tried.json"), ("\xff", "not JSON")])
def test_a_file_that_is_no_rule_is_refused(tmp_path, tools, text, said):
    """Broken JSON, JSON that is no rule, bytes that are no text."""
    file = tmp_path / "tried.json"
    file.write_bytes(text.encode("latin-1"))

    with pytest.raises(CatalogError, match=said):
        load_rule(file, KNOWN, tools)


def test_a_stream_that_the_engine_does_not_deliver_is_refused(tmp_path, tools):
    """Else its messages would go nowhere, or to the wrong place."""
    text = (CATALOG_DIR / "archive.json").read_text().replace("{{archive_stream}}", "another")
    (tmp_path / "archive.json").write_text(text)

    with pytest.raises(CatalogError, match="'another' is not known"):
        load_rule(tmp_path / "archive.json", KNOWN, tools)


def test_two_rules_of_one_name_are_refused(tmp_path, tools):
    """On AWS the second would replace the first."""
    write(tmp_path)
    write(tmp_path)

    with pytest.raises(CatalogError, match="'tried' is there twice"):
        load_catalog(tmp_path, KNOWN, tools)


def test_a_directory_without_rules_is_refused(tmp_path, tools):
    """An engine without rules would swallow everything."""
    for directory in (tmp_path, tmp_path / "missing"):
        with pytest.raises(CatalogError, match="no rule"):
            load_catalog(directory, KNOWN, tools)
