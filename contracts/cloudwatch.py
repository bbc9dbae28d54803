"""What our metrics are called in CloudWatch, where AWS runs a part of the factory: one list, `cloudwatch.json`.

On AWS the rules engine, the mail catcher and the fleet's model server are AWS's own, and Prometheus cannot ask them.
Terraform's alarms and dashboard and Grafana's pipeline panels read the same file, so that a name is spelled once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

FILE = Path(__file__).with_name("cloudwatch.json")
ANY = "*"
"""In the place of a dimension's label: all of its values together."""


@dataclass(frozen=True, slots=True)
class CloudWatchMetric:
    """A metric as CloudWatch knows it.

    Args:
        namespace: as `AWS/IoT`.
        metric: its name there.
        statistic: how a period's values become one: `Sum`, `Maximum`, or a percentile as `p99`.
        dimensions: CloudWatch's dimensions; the value is the label that ours has for it, or `*`.
        per_unit: how many of CloudWatch's units are one of ours, as 1,000,000 microseconds a second.
        only_on_aws: whether it has no counterpart on the laptop, where what it measures does not exist.
    """

    namespace: str
    metric: str
    statistic: str
    dimensions: Mapping[str, str] = field(default_factory=dict)
    per_unit: int = 1
    only_on_aws: bool = False

    def chosen(self, **labels: str) -> dict[str, str]:
        """Values of the dimensions for some of our labels; `*` for all others.

        Raises:
            KeyError: a label that the metric does not have.

        Example:
            >>> ON_AWS["rules_topic_matches_total"].chosen(rule="archive")
            {'RuleName': 'archive'}
        """
        unknown = set(labels) - set(self.dimensions.values())
        if unknown:
            raise KeyError(f"{self.metric} has no label {min(unknown)}; it has {sorted(self.dimensions.values())}.")
        return {dimension: labels.get(label, ANY) for dimension, label in self.dimensions.items()}


ON_AWS: dict[str, CloudWatchMetric] = {
    name: CloudWatchMetric(**told) for name, told in json.loads(FILE.read_text(encoding="utf-8")).items()
}
"""By our names; those of `contracts.metrics`, but for what is only on AWS."""
