"""Counts of a process over its shards."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Histogram

from contracts.metrics import SIMULATOR_PUBACK_SECONDS
from simulator.tally import Tallies


@given(st.lists(st.lists(st.floats(0, 60), max_size=20), max_size=4))
def test_times_are_told_as_prometheus_client_would(shards: list[list[float]]) -> None:
    """All shards together, ended or not, give the histogram that the library makes of the same times."""
    registry, tallies = CollectorRegistry(), Tallies()
    registry.register(tallies)
    reference = CollectorRegistry()
    metric = SIMULATOR_PUBACK_SECONDS
    histogram = Histogram(metric.name, metric.help, buckets=metric.buckets, registry=reference)
    for number, seconds in enumerate(shards):
        tally = tallies.open()
        for one in seconds:
            tally.answered(one)
            histogram.observe(one)
        if number % 2:
            tallies.close(tally)

    for bound in [*(repr(float(bound)) for bound in metric.buckets), "+Inf"]:
        name, labels = f"{metric.name}_bucket", {"le": bound}
        assert registry.get_sample_value(name, labels) == reference.get_sample_value(name, labels)
    assert registry.get_sample_value("simulator_messages_acknowledged_total") == sum(map(len, shards))
