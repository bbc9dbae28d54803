"""Account-specific values are filled in, and a wrong name is found."""

from __future__ import annotations

import pytest

from contracts.resources import Resources
from rules.errors import CatalogError
from rules.placeholders import fill, placeholders

KNOWN = placeholders(Resources("north", "123456789012"), critical_temperature_c=87.5)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{{plant}}/{{ account }}", "north/123456789012"),
        ("{{lake_bucket}}", "smart-factory-north-lake-123456789012"),
        ("{{alerts_topic_arn}}", "arn:aws:sns:us-east-1:123456789012:smart-factory-north-alerts"),
        ("{{role_arn:archive}}", "arn:aws:iam::123456789012:role/smart-factory-north-rule-archive"),
        ("{{archive_stream}}", "smart-factory-north-archive"),
        ("temp > {{critical_temperature_c}}", "temp > 87.5"),
        ("${topic(2)} {nothing}", "${topic(2)} {nothing}"),
    ],
)
def test_each_name_has_its_value(text, filled):
    """Names come from the shared list of resources; templates of rules stay as they are."""
    assert fill({"a": [text, 1]}, KNOWN, "x.json") == {"a": [filled, 1]}


@pytest.mark.parametrize("text", ["{{lake}}", "{{role_arn}}", "{{plant:north}}"])
def test_an_unknown_name_is_refused(text):
    """The error says where, and what is known."""
    with pytest.raises(CatalogError, match=r"x\.json: the placeholder .* Known are plant"):
        fill(text, KNOWN, "x.json")
