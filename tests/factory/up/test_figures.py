"""Numbers out of the programs' own metrics."""

from factory.up.figures import counters, figures_of, firing_alerts, read_samples, scrape

# Written by hand in the text format of Prometheus (prometheus.io/docs/instrumenting/exposition_formats).
TEXT = """\
# HELP machine_temperature_celsius t
# TYPE machine_temperature_celsius gauge
machine_temperature_celsius{device_id="M001"} 59.2
# TYPE simulator_messages_refused_total counter
simulator_messages_refused_total{reason="policy"} 2.0
simulator_messages_refused_total{reason="oversize"} 3.0
simulator_messages_published_total 1.2e+03
rules_action_success_total{action="firehose",rule="archive"} 40.0
rules_action_success_total{action="s3",rule="malformed_telemetry"} 2.0
rules_action_success_total{action="sns",rule="critical_temperature"} 9.0
"""


def test_labels_are_added_up_and_chosen() -> None:
    """Refusals count for any reason, actions for their rule alone."""
    samples = read_samples(TEXT)
    assert figures_of("simulator", samples)["refused"] == 5
    assert figures_of("simulator", samples)["published"] == 1200
    assert figures_of("rules", samples)["archived"] == 40
    assert figures_of("rules", samples)["quarantined"] == 2


def test_machines_own_gauges_are_passed_over() -> None:
    """Thousands of lines about machines are not parsed."""
    assert not [name for name, _, _ in read_samples(TEXT) if name.startswith("machine_")]


def test_counters_are_told_from_gauges() -> None:
    """Only what begins at zero with each start is carried over."""
    assert counters({"published": 5, "machines": 20, "connected": 20, "mails": 1}) == {"published": 5, "mails": 1}


def test_a_program_that_is_away_tells_nothing() -> None:
    """No answer is not zero."""
    assert scrape("http://127.0.0.1:1/metrics", "rules") is None
    assert firing_alerts("http://127.0.0.1:1") is None
