"""Each kind of problem is found exactly where it was planted, and nothing is found in sound rules."""

from __future__ import annotations

import pytest

from contracts.resources import Resources
from rules.lint import KINDS, files_of, lint
from rules.loading import CATALOG_DIR
from rules.placeholders import placeholders

# A rule file each: what was planted, where, and in which column of that text (counted from 1).
PLANTED = {
    "not_json": [("not-json", "", 0)],
    "unknown_placeholder": [("unknown-placeholder", "", 0)],
    "rule_name": [("rule-name", "ruleName", 0)],
    "unknown_key": [("unknown-key", "colour", 0)],
    "unknown_action": [("unknown-action", "actions[0]", 0)],
    "too_many_actions": [("too-many-actions", "actions", 0)],
    "schema": [("schema", "actions[0].republish.qos", 0)],
    "no_actions": [("no-actions", "actions", 0)],
    "missing_sql_version": [("missing-sql-version", "awsIotSqlVersion", 0)],
    "sql_syntax": [("sql-syntax", "sql", 35)],
    "sql_slashes": [("sql-syntax", "sql", 18)],
    "sql_variable": [("sql-syntax", "sql", 8)],
    "template_syntax": [("template-syntax", "actions[0].s3.key", 12)],
    "unknown_function": [("unknown-function", "sql", 8), ("unknown-function", "actions[0].s3.key", 5)],
    "wrong_number_of_arguments": [
        ("wrong-number-of-arguments", "sql", 8),
        ("wrong-number-of-arguments", "actions[0].s3.key", 5),
    ],
    "unknown_cast_type": [("unknown-cast-type", "sql", 8)],
    "always_undefined": [("always-undefined", "sql", 8)],
    "newer_sub_select": [("newer-than-version", "sql", 9)],
    "newer_encode": [("newer-than-version", "sql", 8), ("newer-than-version", "sql", 34)],
    "no_from": [("no-from", "sql", 1)],
    "from_basic_ingest": [("from-basic-ingest", "sql", 15)],
    "from_reserved": [("from-reserved", "sql", 15)],
    "from_reserved_jobs": [("from-reserved", "sql", 15)],
    "from_wildcard_first": [("from-wildcard-first", "sql", 15)],
    "from_empty_level": [("from-empty-level", "sql", 15)],
    "from_hash_parent": [("from-hash-parent", "sql", 15)],
    "from_hash_parent_republished": [("from-hash-parent", "sql", 15)],
    "topic_level_beyond": [("topic-level-beyond", "sql", 8), ("topic-level-beyond", "actions[0].s3.key", 5)],
    "where_literal": [("where-never-true", "sql", 27)],
    "where_null_order": [("where-never-true", "sql", 27)],
    "where_types": [("where-never-true", "sql", 27)],
    "where_constant": [("where-never-true", "sql", 27)],
    "where_text": [("where-never-true", "sql", 27)],
    "where_number": [("where-never-true", "sql", 27)],
    "where_undefined": [("where-never-true", "sql", 40)],
    "where_two_values": [("where-never-true", "sql", 44)],
    "where_range": [("where-never-true", "sql", 41)],
    "where_or": [("where-never-true", "sql", 27)],
    "where_in": [("where-never-true", "sql", 28)],
    "where_not_array": [("where-never-true", "sql", 28)],
    "where_literal_types": [("where-never-true", "sql", 28)],
    "where_contradicts_from": [("where-contradicts-from", "sql", 30)],
    "compare_with_null": [("compare-with-null", "sql", 28)],
    "where_alias": [("where-alias", "sql", 56)],
    "duplicate_column": [("duplicate-column", "sql", 19)],
    "unused_variable": [("unused-variable", "sql", 5)],
    "template_alias": [("template-alias", "actions[0].s3.key", 5)],
    "integer_division": [("integer-division", "sql", 8)],
    "lookup_unwrapped": [("lookup-unwrapped", "sql", 8)],
    "lookup_twice": [("lookup-twice", "sql", 79)],
    "lookup_unknown_api": [("lookup-unknown-api", "sql", 23)],
    "constant_key": [("constant-key", "actions[0].s3.key", 0)],
    "constant_key_table": [("constant-key", "actions[0].dynamoDB.hashKeyValue", 0)],
    "constant_partition_key": [("constant-partition-key", "actions[0].kinesis.partitionKey", 0)],
    "decimal_key": [("decimal-key", "actions[0].dynamoDB.rangeKeyValue", 3)],
    "decimal_key_partition": [("decimal-key", "actions[0].kinesis.partitionKey", 3)],
    "decimal_key_columns": [("decimal-key", "sql", 8)],
    "dynamodbv2_no_key": [("dynamodbv2-no-key", "sql", 8)],
    "dynamodbv2_no_object": [("dynamodbv2-no-key", "sql", 14)],
    "batch_mode_object": [("batch-mode-object", "actions[0].firehose.batchMode", 0)],
    "no_error_action": [("no-error-action", "errorAction", 0)],
    "error_action_same": [("error-action-same", "errorAction.sns", 0)],
    "loop_itself": [("republish-loop", "actions[0].republish.topic", 0)],
    # The loop over two rules is told at the first of them, in the order of their files.
    "loop_back": [("republish-loop", "actions[0].republish.topic", 0)],
    "loop_below": [("republish-loop", "actions[0].republish.topic", 0)],
    "loop_basic_ingest": [("republish-loop", "actions[0].republish.topic", 0)],
    "republish_single_dollar": [("republish-single-dollar", "actions[0].republish.topic", 0)],
    "republish_wildcard": [("republish-wildcard", "actions[0].republish.topic", 0)],
    "republish_job_topic": [("republish-job-topic", "actions[0].republish.topic", 0)],
    "republish_topic_too_long": [("republish-topic-too-long", "actions[0].republish.topic", 0)],
    "twin_2": [("duplicate-rule", "sql", 0)],
    "twin_name": [("duplicate-name", "ruleName", 0)],
}


@pytest.fixture(scope="module")
def planted(request):
    """What lint finds in the planted catalog, by file."""
    known = placeholders(Resources("plant1", "000000000000"))
    found = lint(files_of([request.path.parent / "planted"]), known)
    by_file = {}
    for finding in found:
        column = finding.as_json().get("column", 0)
        by_file.setdefault(finding.file.rsplit("/", 1)[-1].removesuffix(".json"), []).append(
            (finding.code, finding.place, column)
        )
    return by_file


@pytest.mark.parametrize("stem", sorted(PLANTED))
def test_what_is_planted_is_found(planted, stem):
    """The kind, the place and the column, and nothing else in that rule."""
    assert sorted(planted[stem]) == sorted(PLANTED[stem])


def test_nothing_is_found_where_nothing_is_planted(planted):
    """Other rules of the same catalog, such as the partner of a loop."""
    assert set(planted) == set(PLANTED)


def test_every_kind_is_planted(planted):
    """The engine's own refusals, a file that cannot be opened and one of 128 KB have tests of their own."""
    elsewhere = {"action-not-run", "engine-refuses", "unreadable-file", "rule-too-large"}

    assert {code for found in planted.values() for code, _, _ in found} == set(KINDS) - elsewhere


def test_sound_rules_are_silent(catalogs, known):
    """Sensible variants of everything that is planted."""
    assert lint(files_of([catalogs / "sound"]), known) == []


def test_our_own_catalog_is_silent(known):
    """The rules of the factory."""
    assert lint(files_of([CATALOG_DIR]), known) == []


def test_every_finding_says_what_is_wrong(catalogs, known):
    """A sentence with a full stop; where there is a text, a caret below it."""
    for finding in lint(files_of([catalogs / "planted"]), known):
        assert finding.sentence.endswith(".")
        assert len(finding.drawing()) == (0 if finding.position is None else 2)


def test_progress_is_told_for_each_file(catalogs, known):
    """So that a bar can be drawn."""
    told = []
    files = files_of([catalogs / "sound"])

    lint(files, known, done=told.append)

    assert told == list(range(1, len(files) + 1))


def test_a_file_that_is_named_twice_is_one_rule(catalogs):
    """By itself and in its directory."""
    folder = catalogs / "sound"

    assert len(files_of([folder, folder / "keys.json"])) == len(list(folder.glob("*.json")))
