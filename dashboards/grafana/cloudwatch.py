"""Questions to CloudWatch in the place of those to Prometheus, by our own names of metrics.

Written as SEARCH, which finds the metric whatever the values of its other dimensions are and adds them up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from grafana_foundation_sdk.builders import cloudwatch
from grafana_foundation_sdk.models import cloudwatch as models
from grafana_foundation_sdk.models.dashboard import DataSourceRef

from contracts.cloudwatch import ANY, ON_AWS

DATASOURCE_UID = "factory-cloudwatch"
DATASOURCE = DataSourceRef(type_val="cloudwatch", uid=DATASOURCE_UID)
PERIOD_S = 60
"""AWS IoT, Firehose, SNS and SageMaker tell their metrics each minute."""


@dataclass(frozen=True, slots=True)
class CloudQuery:
    """A question to CloudWatch, and what its answer is called in the legend.

    Args:
        name: our name of the metric, as in `contracts.cloudwatch`.
        legend: of the line.
        labels: values of our labels; those that are not named are added up.
    """

    name: str
    legend: str
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def expression(self) -> str:
        r"""What CloudWatch is asked; counters as a rate [1/s].

        Example:
            >>> CloudQuery("rules_topic_matches_total", "taken", {"rule": "archive"}).expression
            'SUM(SEARCH(\'{AWS/IoT,RuleName} MetricName="TopicMatch" RuleName="archive"\', \'Sum\', 60)) / 60'
        """
        metric = ON_AWS[self.name]
        chosen = {key: value for key, value in metric.chosen(**self.labels).items() if value != ANY}
        where = "".join(f' {dimension}="{value}"' for dimension, value in chosen.items())
        schema = ",".join([metric.namespace, *sorted(metric.dimensions)])
        found = f"SEARCH('{{{schema}}} MetricName=\"{metric.metric}\"{where}', '{metric.statistic}', {PERIOD_S})"
        if metric.statistic == "Sum":
            return f"SUM({found}) / {PERIOD_S}"
        return f"MAX({found})" + (f" / {metric.per_unit}" if metric.per_unit != 1 else "")


def target(query: CloudQuery, ref_id: str) -> cloudwatch.CloudWatchMetricsQuery:
    """A panel's question as Grafana's data source of CloudWatch takes it."""
    asked = cloudwatch.CloudWatchMetricsQuery().ref_id(ref_id).datasource(DATASOURCE).id(f"q{ref_id.lower()}")
    asked = asked.query_mode(models.CloudWatchQueryMode.METRICS).metric_query_type(models.MetricQueryType.SEARCH)
    asked = asked.metric_editor_mode(models.MetricEditorMode.CODE).region("default").period(str(PERIOD_S))
    return asked.expression(query.expression).label(query.legend)
