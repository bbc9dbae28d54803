"""The list of metrics keeps the conventions of Prometheus."""

from __future__ import annotations

import pytest

from contracts.metrics import METRICS, Metric


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_follows_the_naming_rules(metric: Metric) -> None:
    """Counters end in _total and nothing else does; histograms have rising buckets; all have help.

    Source: prometheus.io, "Metric and label naming".
    """
    assert (metric.kind == "counter") == metric.name.endswith("_total")
    assert (metric.kind == "histogram") == bool(metric.buckets)
    assert sorted(metric.buckets) == list(metric.buckets)
    assert metric.help.endswith(".")
