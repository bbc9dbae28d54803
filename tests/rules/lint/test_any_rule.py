"""Whatever stands in a file, lint has findings and no traceback."""

from __future__ import annotations

import copy
import json
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.resources import Resources
from rules.lint import Finding, lint
from rules.placeholders import placeholders

KNOWN = placeholders(Resources("plant1", "000000000000"))
RULES = [
    json.loads(file.read_text())
    for folder in ("sound", "planted")
    for file in sorted((Path(__file__).parent / folder).glob("*.json"))
    if file.stem != "not_json"
]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 300),
    st.text(max_size=8),
    st.sampled_from(["${", "$$aws/", "a/#", "\ud800"]),
)
KEYS = st.sampled_from(["s3", "topic", "key", "x"])
JUNK = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=6
)


def places(value, way=()):
    """Every place in a JSON value."""
    yield way
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        yield from places(item, (*way, key))


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_rule_with_junk_in_it(tmp_path, data):
    """Any part of it replaced by anything."""
    value = copy.deepcopy(data.draw(st.sampled_from(RULES)))
    *way, last = data.draw(st.sampled_from([place for place in places(value) if place]))
    inner = value
    for step in way:
        inner = inner[step]
    inner[last] = data.draw(JUNK)
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(value))

    assert all(isinstance(finding, Finding) for finding in lint([file], KNOWN))


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(RULES), st.integers(0, 200), st.text(alphabet="abc'\"(){}[]@*.,=<>+-/#$ 0123", max_size=6))
def test_sql_that_is_cut_and_patched(tmp_path, rule, place, patch):
    """Most of it no longer parses."""
    value = copy.deepcopy(rule)
    sql = str(value["topicRulePayload"]["sql"])
    value["topicRulePayload"]["sql"] = sql[:place] + patch + sql[place + 1 :]
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(value))

    for finding in lint([file], KNOWN):
        assert len(finding.drawing()) in (0, 2)
        json.dumps(finding.as_json())
