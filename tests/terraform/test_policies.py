"""Every policy document that the examples plan passes the linter, and each exception has its reason here."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest
from example_plans import EXAMPLES, example
from hypothesis import given
from hypothesis import strategies as st
from policy_documents import Document, documents, unknown
from policy_lint import Finding, _overlap, findings

NO_DATASET = "series lie in no dataset of ours, and whoever writes or reads outside of one is allowed it on all"
REASONS = {
    Finding("resource-star", "cloudwatch:GetMetricData"): NO_DATASET,
    Finding("resource-star", "cloudwatch:ListMetrics"): NO_DATASET,
    Finding("resource-star", "cloudwatch:PutMetricData"): NO_DATASET,
    Finding("resource-star", "cloudwatch:DescribeAlarms"): (
        "CloudWatch tells of composite alarms only to whom it is allowed on all (API reference, DescribeAlarms)"
    ),
    Finding("confused-deputy", "lambda.amazonaws.com"): (
        "Lambda takes on a role for a function of the role's own account, and tells no source (Lambda developer guide)"
    ),
    Finding("confused-deputy", "logs.eu-central-1.amazonaws.com"): (
        "the encryption context that CloudWatch Logs sets names log groups of this account alone"
    ),
    Finding("confused-deputy", "events.amazonaws.com"): (
        "the encryption context names the plant's topic of alarms, and EventBridge tells KMS no source (SNS guide)"
    ),
    Finding("confused-deputy", "events.amazonaws.com, delivery.logs.amazonaws.com"): (
        "streams are made without a source; what is written to them has the rule as condition (EventBridge user guide)"
    ),
}
"""What stays, and why. An exception that nothing needs any more makes a test fail."""
COUNTED = {
    "minimal": {"trust": 20, "identity": 19, "resource": 19, "endpoint": 2, "iot": 1},
    "production": {"trust": 24, "identity": 23, "resource": 19, "endpoint": 2, "iot": 1},
}
"""Documents in each example, by kind: a document more or less is to be seen."""


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """The plans of the examples."""
    return {name: example(name, tmp_path_factory) for name in EXAMPLES}


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_document_passes(plans: dict[str, list[dict[str, Any]]], name: str) -> None:
    """All are known when planning, and there is nothing wrong with them but what has a reason."""
    found = documents(plans[name])

    assert dict(Counter(document.kind for document in found)) == COUNTED[name]
    # SNS makes a policy of its own for a topic that is given none by this argument.
    assert {address.split(".aws_")[1].split(".")[0] for address in unknown(plans[name])} <= {"sns_topic"}
    assert [(one.address, wrong) for one in found for wrong in findings(one) if wrong not in REASONS] == []


@pytest.mark.slow
def test_every_exception_is_needed(plans: dict[str, list[dict[str, Any]]]) -> None:
    """What is wrong no longer must not be let pass when it comes back."""
    found = {wrong for plan in plans.values() for document in documents(plan) for wrong in findings(document)}

    assert found >= REASONS.keys()


def policy(kind: Any = "identity", **changed: Any) -> Document:
    """A document that is right, but for what is changed; None takes away."""
    statement = {
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": ["arn:aws:s3:::shelf", "arn:aws:s3:::shelf/book-*"],
        "Condition": {"StringEquals": {"aws:ResourceAccount": "111122223333"}},
    } | changed
    kept = {name: value for name, value in statement.items() if value is not None}
    return Document("aws_x.y", kind, json.dumps({"Version": "2012-10-17", "Statement": [kept]}))


@pytest.mark.parametrize(
    ("planted", "problem", "detail"),
    [
        ({"Action": ["s3:GetObjects"]}, "unknown-action", "s3:GetObjects"),
        ({"Action": ["s3:getobject"]}, "unknown-action", "s3:getobject"),
        ({"Action": ["s4:GetObject"]}, "unknown-action", "s4:GetObject"),
        ({"Action": ["s3:Get*"]}, "action-pattern", "s3:Get*"),
        ({"Action": "*"}, "action-pattern", "*"),
        ({"Resource": "*"}, "resource-star", "s3:GetObject"),
        ({"Resource": ["arn:aws:s3:::shelf/*"]}, "resource-mismatch", "s3:ListBucket on arn:aws:s3:::shelf/*"),
        ({"Action": ["s3:ListBucket"]}, "resource-unused", "arn:aws:s3:::shelf/book-*"),
        ({"Action": ["iot:ListThings"]}, "resource-mismatch", "iot:ListThings on arn:aws:s3:::shelf, "),
        ({"Condition": {"StringLike": {"s3:prefix": "a*"}}}, "unknown-condition", "s3:prefix of s3:GetObject"),
        ({"Condition": {"StringLike": {"s3:praefix": "a*"}}}, "unknown-condition", "s3:praefix of s3:GetObject"),
        ({"Condition": {"Bool": {"aws:PrincipalArn": "a"}}}, "operator", "Bool of aws:PrincipalArn, a ARN"),
        ({"Condition": {"StringSame": {"aws:PrincipalArn": "a"}}}, "grammar", ""),
        ({"Resource": ["shelf"]}, "grammar", ""),
        ({"Effect": "Permit"}, "grammar", ""),
        ({"Principal": "*"}, "principal", "a policy of kind identity"),
        ({"Action": None, "NotAction": ["s3:GetObject"]}, "negation", ""),
    ],
)
def test_what_is_wrong_is_found(planted: dict[str, Any], problem: str, detail: str) -> None:
    """Each fault by itself in a document that is right otherwise."""
    assert findings(policy()) == []
    assert any(found == problem and said.startswith(detail) for found, said in findings(policy(**planted)))


def test_who_acts_for_whom_is_looked_at() -> None:
    """A service acts for this account alone, and a bucket is not open to everybody; a trust policy has no resource."""
    service = {"Principal": {"Service": "iot.amazonaws.com"}}
    account = {"StringEquals": {"aws:SourceAccount": "111122223333"}}
    trust = {"Action": "sts:AssumeRole", "Resource": None} | service

    assert findings(policy("trust", **trust, Condition=account)) == []
    assert findings(policy("trust", **trust, Condition=None)) == [Finding("confused-deputy", "iot.amazonaws.com")]
    assert findings(policy("resource", **service, Condition=account)) == []
    assert findings(policy("resource", Principal="*", Condition=None)) == [
        Finding("anybody", "a principal * without a condition")
    ]
    assert findings(policy("resource")) == [Finding("principal", "a policy of kind resource")]


def test_a_key_is_what_its_own_policy_speaks_of() -> None:
    """`*` is the key there; what the encryption context cannot be is a key of that action."""
    key = {"Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Resource": "*"}
    context = {"StringEquals": {"kms:EncryptionContext:plant": "plant1"}}

    assert findings(policy("resource", **key, Action="kms:Decrypt", Condition=context)) == []
    assert findings(policy("resource", **key, Action="kms:DescribeKey", Condition=context)) == [
        Finding("unknown-condition", "kms:EncryptionContext:plant of kms:DescribeKey")
    ]


@given(st.text("ab:*", max_size=6), st.text("ab:", max_size=8))
def test_patterns_overlap_where_both_mean_a_text(pattern: str, text: str) -> None:
    """With a text that has no star that is what a regular expression says; with itself a pattern always overlaps."""
    meant = re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), text) is not None

    assert _overlap(pattern, text) == _overlap(text, pattern) == meant
    assert _overlap(pattern, f"{text}*") or not meant
    assert _overlap(pattern, pattern)
