"""The list of CloudWatch's names: each of ours is declared, and each of theirs is AWS's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contracts.cloudwatch import ANY, ON_AWS
from contracts.metrics import METRICS

# Names, dimensions and units as AWS documents them: AWS IoT developer guide, "AWS IoT metrics and dimensions" (rule
# and rule action metrics, message broker metrics); Data Firehose developer guide, "Monitoring with CloudWatch
# metrics"; SNS developer guide, "CloudWatch metrics for Amazon SNS"; SageMaker developer guide, "SageMaker AI
# endpoint invocation metrics".
DOCUMENTED = {
    "AWS/IoT": {
        "PublishIn.Success": {"Protocol"},
        "TopicMatch": {"RuleName"},
        "ParseError": {"RuleName"},
        "RuleNotFound": {"RuleName"},
        "Success": {"RuleName", "ActionType"},
        "Failure": {"RuleName", "ActionType"},
        "ErrorActionSuccess": {"RuleName", "ActionType"},
    },
    "AWS/Firehose": {
        "IncomingRecords": {"DeliveryStreamName"},
        "DeliveryToS3.Records": {"DeliveryStreamName"},
        "DeliveryToS3.DataFreshness": {"DeliveryStreamName"},
    },
    "AWS/SNS": {"NumberOfNotificationsDelivered": {"TopicName"}, "NumberOfNotificationsFailed": {"TopicName"}},
    "AWS/SageMaker": {
        "Invocations": {"EndpointName", "VariantName"},
        "ModelLatency": {"EndpointName", "VariantName"},
    },
}
COUNTERPARTS = {name: metric for name, metric in ON_AWS.items() if name in METRICS}
MODULE = Path(__file__).parents[2] / "terraform/modules/observability/main.tf"


def test_every_name_of_ours_is_declared() -> None:
    """A name in the list is one of contracts.metrics, or is said to be only on AWS; never both."""
    assert set(METRICS) & set(ON_AWS) == {name for name, metric in ON_AWS.items() if not metric.only_on_aws}
    assert COUNTERPARTS.keys() | {name for name, metric in ON_AWS.items() if metric.only_on_aws} == ON_AWS.keys()


@pytest.mark.parametrize("name", COUNTERPARTS)
def test_a_dimension_stands_for_a_label_of_ours(name: str) -> None:
    """Where a dimension has a label, the metric of ours has it as well; the others are summed over all values."""
    labels = set(ON_AWS[name].dimensions.values()) - {ANY}

    assert labels <= set(METRICS[name].labels)


@pytest.mark.parametrize("name", ON_AWS)
def test_a_name_of_theirs_is_documented(name: str) -> None:
    """Namespace, name and dimensions are those of AWS's own pages; what we count from logs is ours."""
    metric = ON_AWS[name]
    if metric.namespace.startswith("AWS/"):
        assert DOCUMENTED[metric.namespace][metric.metric] == set(metric.dimensions)
    else:
        assert ("SmartFactory/IoT", "RuleSqlFailures", {}) == (metric.namespace, metric.metric, dict(metric.dimensions))


@pytest.mark.parametrize("name", COUNTERPARTS)
def test_counters_are_summed(name: str) -> None:
    """A counter of ours is a Sum of a period's there; a histogram is a percentile."""
    kinds = {"counter": r"Sum", "histogram": r"p\d+"}

    assert re.fullmatch(kinds[METRICS[name].kind], ON_AWS[name].statistic)


def test_latency_is_in_microseconds_there() -> None:
    """SageMaker's ModelLatency is in microseconds, ours in seconds."""
    assert 1_000_000 == ON_AWS["model_server_request_seconds"].per_unit


def test_a_label_that_is_not_there_is_refused() -> None:
    """A misspelt label would ask for all rules together."""
    with pytest.raises(KeyError, match="TopicMatch has no label rules"):
        ON_AWS["rules_topic_matches_total"].chosen(rules="archive")


def test_terraform_reads_this_list() -> None:
    """Every name that the module takes from the list is in it, and it names none of these metrics by itself."""
    text = MODULE.read_text(encoding="utf-8")
    taken = set(re.findall(r"local\.metrics\.([a-z0-9_]+)", text)) | set(
        re.findall(r'= "([a-z_]+_(?:total|seconds|records_\w+))"', text)
    )

    assert taken
    assert taken <= ON_AWS.keys()
    spelled = {metric.metric for metric in ON_AWS.values() if metric.metric not in ("Success", "Invocations")}
    assert not {name for name in spelled if f'"{name}"' in text}
