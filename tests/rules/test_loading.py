"""Whatever can be wrong with a rule is found before the first message flows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import structlog

from contracts.resources import Resources
from rules.actions.delivery_stream import DeliveryStreamAction
from rules.actions.firehose import FirehoseAction
from rules.errors import CatalogError
from rules.loading import CATALOG_DIR, load_catalog, load_rule
from rules.lookups import Asks
from rules.placeholders import placeholders

KNOWN = placeholders(Resources("plant1", "000000000000"))
ROLE = "arn:aws:iam::000000000000:role/any"


def write(
    directory: Path, name: str = "tried", sql: str = "SELECT * FROM 'a'", version: str | None = "2016-03-23", **action
) -> Path:
    """A rule with an s3 action, as a file."""
    parameters = {"roleArn": ROLE, "bucketName": "{{lake_bucket}}", "key": "k", **action}
    payload = {"sql": sql, "actions": [{"s3": parameters}]}
    if version is not None:
        payload["awsIotSqlVersion"] = version
    file = directory / f"{name}-{len(list(directory.iterdir()))}.json"
    file.write_text(json.dumps({"ruleName": name, "topicRulePayload": payload}))
    return file


def test_the_factory_has_four_rules(catalog):
    """Named as their files."""
    assert sorted(catalog) == [file.stem for file in sorted(CATALOG_DIR.glob("*.json"))]
    assert sorted(catalog) == ["archive", "critical_temperature", "fleet_vehicles", "malformed_telemetry"]


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


@pytest.mark.parametrize(
    ("text", "said"), [("{", "not JSON"), ("[]", "tried.json"), ("\xff", "not JSON"), ("[" * 100_000, "not JSON")]
)
def test_a_file_that_is_no_rule_is_refused(tmp_path, tools, text, said):
    """Broken JSON, JSON that is no rule, bytes that are no text."""
    file = tmp_path / "tried.json"
    file.write_bytes(text.encode("latin-1"))

    with pytest.raises(CatalogError, match=said):
        load_rule(file, KNOWN, tools)


def test_the_plants_own_stream_is_the_engine_and_any_other_one_of_aws(tmp_path, tools):
    """The archive is batched here; another stream is called."""
    text = (CATALOG_DIR / "archive.json").read_text().replace("{{archive_stream}}", "another")
    (tmp_path / "archive.json").write_text(text)

    own = load_rule(CATALOG_DIR / "archive.json", KNOWN, tools)
    another = load_rule(tmp_path / "archive.json", KNOWN, tools)
    assert isinstance(own.actions[0], FirehoseAction)
    assert isinstance(another.actions[0], DeliveryStreamAction)


@pytest.mark.parametrize("place", ["actions", "errorAction"])
def test_an_action_that_the_engine_does_not_run_is_refused_and_never_skipped(tmp_path, tools, place):
    """Better no engine than one that drops messages: the refusal names the action, and what there is instead."""
    search = {"roleArn": ROLE, "endpoint": "https://search.example.com", "index": "i", "type": "t", "id": "1"}
    payload = {"sql": "SELECT * FROM 'a'", "actions": [], "ruleDisabled": True}
    payload[place] = [{"openSearch": search}] if place == "actions" else {"openSearch": search}
    file = tmp_path / "tried.json"
    file.write_text(json.dumps({"ruleName": "tried", "topicRulePayload": payload}))

    with pytest.raises(CatalogError, match="this engine does not run openSearch; it runs cloudwatchAlarm, ") as refusal:
        load_rule(file, KNOWN, tools)
    assert str(file) in str(refusal.value)


def test_a_rule_without_a_version_gets_the_oldest_as_on_aws(tmp_path, tools):
    """A whole decimal stays one under 2015-10-08, and the log says why (guide, "SQL versions")."""
    write(tmp_path, version=None)
    with structlog.testing.capture_logs() as logged:
        (rule,) = load_catalog(tmp_path, KNOWN, tools)

    assert rule.statement.version == "2015-10-08"
    assert [(entry["log_level"], entry["rule"]) for entry in logged] == [("warning", "tried")]


def test_what_is_missing_or_misspelt_is_told_in_a_sentence(tmp_path, tools):
    """With the place where it belongs."""
    file = write(tmp_path)
    file.write_text(file.read_text().replace('"key"', '"keys"'))
    with pytest.raises(CatalogError, match=r"AWS has no key 'keys' here; did you mean 'key'\?"):
        load_rule(file, KNOWN, tools)

    file.write_text(file.read_text().replace(', "keys": "k"', ""))
    with pytest.raises(CatalogError, match=r"s3\.key: it is missing"):
        load_rule(file, KNOWN, tools)


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
