"""What several processes tell, as one text."""

from __future__ import annotations

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.parser import text_string_to_metric_families

from simulator.snapshot import Snapshot, text


def _snapshot(machine: str, count: float, run: float) -> Snapshot:
    told = GaugeMetricFamily("simulator_run", "Run.", labels=("shard",))
    told.add_metric(("shard-0000",), run)
    return Snapshot(
        [
            CounterMetricFamily("simulator_reconnects", "Count.", value=count),
            GaugeMetricFamily("simulator_machines", "Machines.", value=count),
            HistogramMetricFamily("simulator_puback_seconds", "T.", buckets=[("0.1", 1), ("+Inf", count)], sum_value=2),
            told,
        ],
        {"machine_rotation_rpm": f'machine_rotation_rpm{{device_id="{machine}"}} 1.0\n'},
        {("plant1", "conveyor")},
    )


def test_numbers_of_two_processes_add_up_and_no_family_comes_twice() -> None:
    """3 and 4 are 7, in counters, histograms and gauges; of a shard's run the higher counts: it moved."""
    told = text([_snapshot("M001", 3, run=8), _snapshot("M002", 4, run=2)]).decode()
    values = {
        (one.name, *one.labels.values()): one.value
        for family in text_string_to_metric_families(told)
        for one in family.samples
    }

    assert values["simulator_reconnects_total",] == values["simulator_machines",] == 7
    assert values["simulator_puback_seconds_bucket", "0.1"] == 2
    assert values["simulator_puback_seconds_count",] == 7
    assert values["simulator_run", "shard-0000"] == 8
    assert values["machine_rotation_rpm", "M001"] == values["machine_rotation_rpm", "M002"] == 1
    heads = [line for line in told.splitlines() if line.startswith("# TYPE")]
    assert len(heads) == len(set(heads))
    assert told.count("machine_nameplate_rated_input_kilowatts{") == 1


def test_what_a_process_counted_outlives_it() -> None:
    """Its gauges do not: its machines are played by others now."""
    left = _snapshot("M001", 3, run=8).counters()

    assert {family.name for family in left.families} == {"simulator_reconnects", "simulator_puback_seconds"}
    assert "M001" not in text([left]).decode()
