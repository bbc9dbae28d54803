"""Models of create-topic-rule: what AWS would refuse is refused here, and so is what the engine cannot run."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from pydantic import ValidationError

from rules.rule import AWS_ACTIONS, TopicRule

ROLE = "arn:aws:iam::000000000000:role/any"
S3 = {"s3": {"roleArn": ROLE, "bucketName": "lake", "key": "k"}}


def rule(name: str = "tried", **changes: Any) -> dict[str, Any]:
    """A rule with some of its payload replaced."""
    payload = {"sql": "SELECT * FROM 'a'", "awsIotSqlVersion": "2016-03-23", "actions": [S3], **changes}
    return {"ruleName": name, "topicRulePayload": payload}


def test_a_rule_of_the_guide_is_taken():
    """Names in camel case, one action, its kind readable."""
    taken = TopicRule.model_validate(rule(errorAction=S3, description="d", ruleDisabled=True))

    assert taken.topic_rule_payload.actions[0].kind == "s3"
    assert taken.topic_rule_payload.rule_disabled


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (rule("no-dashes"), "pattern"),
        (rule("n" * 129), "128"),
        (rule(""), "at least 1"),
        (rule(actions=[S3] * 11), "at most 10"),
        (rule(sql=""), "at least 1"),
        (rule(description="x" * 131_072), "131072"),
        (rule(awsIotSqlVersion="2017-01-01"), "2016-03-23"),
        (rule(colour="red"), "AWS has no key 'colour' here; it takes sql, awsIotSqlVersion,"),
        (rule(actions=[{"s3": {**S3["s3"], "cannedAcl": "everyone"}}]), "private"),
        (rule(actions=[{"s3": {**S3["s3"], "roleArn": "me"}}]), "pattern"),
        (rule(actions=[{**S3, "sns": {}}]), "exactly one key"),
        (rule(actions=[{}]), "exactly one key"),
        (rule(actions=[{"s3": None}]), "object of its parameters"),
    ],
)
def test_what_aws_refuses_is_refused(wrong, said):
    """Quotas of the AWS General Reference and shapes of the API reference."""
    with pytest.raises(ValidationError, match=said):
        TopicRule.model_validate(wrong)


def test_the_schema_has_every_action_of_the_api_and_no_other():
    """The members of the shape Action in AWS's own model of the API."""
    members = botocore.session.get_session().get_service_model("iot").shape_for("Action").members

    assert set(members) == AWS_ACTIONS


def test_an_action_that_nobody_knows_is_refused_otherwise():
    """A misspelt action is not one that is missing here."""
    with pytest.raises(ValidationError, match="AWS IoT has no action 'S3'"):
        TopicRule.model_validate(rule(errorAction={"S3": {}}))
    with pytest.raises(ValidationError, match="no action 'dynamodb'; did you mean 'dynamoDB'"):
        TopicRule.model_validate(rule(actions=[{"dynamodb": {}}]))


def test_a_rule_without_a_version_has_the_oldest():
    """As in the API (API reference, TopicRulePayload)."""
    written = rule()
    del written["topicRulePayload"]["awsIotSqlVersion"]

    assert TopicRule.model_validate(written).topic_rule_payload.aws_iot_sql_version == "2015-10-08"


def test_an_error_action_cannot_batch():
    """Developer guide, "HTTP": batchConfig is not allowed there."""
    web = {"http": {"url": "https://example.com/", "enableBatching": True}}
    TopicRule.model_validate(rule(actions=[web]))

    with pytest.raises(ValidationError, match=r"errorAction\.http cannot batch"):
        TopicRule.model_validate(rule(errorAction=web))
