"""Single lines of the bill, each calculated by hand beside it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from factory.cost.estimate import Estimate, estimate
from factory.cost.prices import Price
from factory.cost.profiles import MINIMAL, PRODUCTION
from factory.cost.request import CostRequest
from factory.cost.triggered import catalog

Lines = dict[tuple[str, str], tuple[float, float]]


def bill(fixed: dict[str, Price], request: CostRequest) -> Lines:
    """Units and USD of each line, by service and what is counted."""
    return {(line.service, line.what): (line.units, line.usd) for line in told(fixed, request).lines}


def told(fixed: dict[str, Price], request: CostRequest) -> Estimate:
    """The whole estimate."""
    return estimate(request, fixed, catalog())


@pytest.fixture
def thousand(fixed: dict[str, Price]) -> Lines:
    """A thousand machines at a reading a second, in production."""
    return bill(fixed, CostRequest(1000, profile=PRODUCTION))


@pytest.mark.parametrize(
    ("what", "units", "usd"),
    [
        # 1,000 x 730 h x 60 = 43,800,000 minutes; / 1e6 x 0.08
        ("connection minutes", 43_800_000, 3.504),
        # 1,000 x 2,628,000 s = 2,628,000,000; 1e9 x 1.00/M + 1.628e9 x 0.80/M = 1,000 + 1,302.40
        ("messages published", 2_628_000_000, 2302.40),
        # 1,000 x 7 x 730 = 5,110,000, on the second step: 5.11 x 0.80
        ("verdicts published", 5_110_000, 4.088),
        # three rules: 3 x 2,628,000,000 / 1e6 x 0.15; each with one action at least
        ("rules triggered", 7_884_000_000, 1182.60),
        ("actions", 7_884_000_000, 1182.60),
        # 1,000 x 0.0011
        ("devices audited", 1000, 1.10),
    ],
)
def test_iot_core(thousand: Lines, what: str, units: float, usd: float) -> None:
    """AWS IoT Core's meters."""
    assert thousand["IoT Core", what] == pytest.approx((units, usd))


def test_firehose_counts_5_kb_a_reading(thousand: Lines) -> None:
    """A reading has 211 bytes and counts as 5,120: 2.628e9 x 5,120 / 2^30 = 12,531.28 GB; x 0.029 = 363.41."""
    assert thousand["Firehose", "GB taken, records in steps of 5 KB"] == pytest.approx((12_531.28, 363.407), rel=1e-6)


def test_a_batch_that_fills_5_kb_costs_firehose_a_24th(fixed: dict[str, Price]) -> None:
    """24 x 211 = 5,064 bytes are one step: 12,531.28 / 24 = 522.14 GB."""
    lines = bill(fixed, CostRequest(1000, batch=24))

    assert lines["Firehose", "GB taken, records in steps of 5 KB"][0] == pytest.approx(522.1367, rel=1e-6)


def test_the_archive_is_as_full_as_it_gets(thousand: Lines) -> None:
    """2.628e9 x 15.9 B = 41.785 GB(1e9) a month = 38.916 GiB; 90 days are 2.9589 months: 115.15; x 0.023 = 2.648."""
    assert thousand["S3", "GB of archive, 90 days"] == pytest.approx((115.147, 2.6484), rel=1e-4)


def test_objects_are_written_each_five_minutes_or_64_mb(fixed: dict[str, Price]) -> None:
    """Few machines: 2,628,000 s / 300 = 8,760, and the verdict job's 730.

    10,000 machines: 26.28e9 x 211 B / 67,108,864 B = 82,628.1.
    """
    few, many = (bill(fixed, CostRequest(machines))["S3", "objects written"] for machines in (20, 10_000))

    assert few == pytest.approx((9_490, 0.04745))
    assert many[0] == pytest.approx(82_628.1 + 730, rel=1e-6)


def test_fargate_by_the_hour(thousand: Lines) -> None:
    """Two Prometheus of 1 vCPU and 2 GB with a disk of 21 GB, of which 20 are free, all month: 1,460 task hours.

    vCPU 1,460 x 0.03238 = 47.27, GB 2,920 x 0.00356 = 10.40, disk 1,460 x 1 x 0.000111 = 0.16.
    """
    size = "2 prometheus, 1 vCPU and 2 GB"

    assert thousand["Fargate", f"vCPU hours, {size}"] == pytest.approx((1460, 47.2748))
    assert thousand["Fargate", f"GB hours, {size}"] == pytest.approx((2920, 10.3952))
    assert thousand["Fargate", "GB hours of disk, prometheus"] == pytest.approx((1460, 0.16206))


def test_prometheus_grows_with_its_machines(fixed: dict[str, Price]) -> None:
    """10,000: 0.1 + 10 x 0.2 = 2.1 vCPU and 0.4 + 10 x 0.45 = 4.9 GB; Fargate's next size is 4 vCPU and 8 GB."""
    lines = bill(fixed, CostRequest(10_000, profile=PRODUCTION))

    assert ("Fargate", "vCPU hours, 2 prometheus, 4 vCPU and 8 GB") in lines


def test_minimal_has_public_addresses_instead_of_endpoints(fixed: dict[str, Price]) -> None:
    """Two of the load balancer, and five tasks: 7 x 730 x 0.005 = 25.55; no endpoint, no NAT, one private zone."""
    lines = bill(fixed, CostRequest(20))

    assert lines["Network", "public address hours"] == pytest.approx((5110, 25.55))
    assert ("Network", "GB of messages, by public addresses") in lines
    assert not [what for _, what in lines if "endpoint" in what or "NAT" in what]
    assert lines["Route 53", "private zones"] == (1, 0.5)


def test_nat_is_paid_for_by_the_hour_and_the_gb(fixed: dict[str, Price]) -> None:
    """One gateway and its address: 730 x 0.045 = 32.85 and 3 x 730 x 0.005; 971.66 GB x 0.045 = 43.72."""
    profile = replace(MINIMAL, nat_gateways=1, public_tasks=False)
    lines = bill(fixed, CostRequest(1000, profile=profile))

    assert lines["Network", "NAT gateway hours"] == pytest.approx((730, 32.85))
    assert lines["Network", "public address hours"] == pytest.approx((2190, 10.95))
    assert lines["Network", "GB of messages, through NAT"] == pytest.approx((971.662, 43.7248), rel=1e-5)


def test_endpoints_are_paid_for_in_each_zone(thousand: Lines) -> None:
    """Eleven of them: 11 x 2 x 730 = 16,060 h x 0.01."""
    assert thousand["Network", "endpoint hours, 11 in each of 2 zones"] == pytest.approx((16_060, 160.60))


def test_messages_pass_the_endpoint(fixed: dict[str, Price], thousand: Lines) -> None:
    """150 + 35 + 212 = 397 bytes: 2.628e9 x 397 / 2^30 = 971.66 GB x 0.01; by Basic Ingest three times as many."""
    three = bill(fixed, CostRequest(1000, profile=PRODUCTION, ingest="basic"))

    assert thousand["Network", "GB of messages, through endpoint"] == pytest.approx((971.662, 9.71662), rel=1e-5)
    assert three["Network", "GB of messages, through endpoint"][0] == pytest.approx(3 * 971.662, rel=1e-5)


def test_signals_of_prometheus(thousand: Lines) -> None:
    """1,000 x 6 series x 2,628,000 = 15.768e9 samples: 2e9 x 0.90/10M + 13.768e9 x 0.35/10M = 180 + 481.88.

    Kept 150 days, 4.9315 months, at 1.5 B: 15.768e9 x 1.5 x 4.9315 / 2^30 = 108.63 GB x 0.03 = 3.26.
    """
    assert thousand["Managed Prometheus", "samples, signals"] == pytest.approx((15.768e9, 661.88))
    assert thousand["Managed Prometheus", "GB kept"] == pytest.approx((108.63, 3.259), rel=1e-3)


def test_all_of_prometheus(fixed: dict[str, Price]) -> None:
    """Each second 6 + 7 series and each two seconds the 48 that rules record: 37 samples a second and machine.

    37,000 x 2,628,000 = 97.236e9: 180 + 95.236e9 x 0.35/10M = 180 + 3,333.26.
    """
    lines = bill(fixed, CostRequest(1000, profile=PRODUCTION, history="all"))

    assert lines["Managed Prometheus", "samples, all"] == pytest.approx((97.236e9, 3513.26))


def test_without_history(fixed: dict[str, Price]) -> None:
    """Nothing of Managed Prometheus is on the bill."""
    assert ("Managed Prometheus", "samples, signals") in bill(fixed, CostRequest(20))
    assert not [service for service, _ in bill(fixed, CostRequest(20, history="none")) if "Prometheus" in service]


def test_dynamic_partitioning(fixed: dict[str, Price]) -> None:
    """20 machines: 52.56e6 x 211 B / 2^30 = 10.3286 GB x 0.02; 8,760 objects x 0.005/1,000; 730 h x 0.07."""
    lines = bill(fixed, CostRequest(20, partitioned=True))

    assert lines["Firehose", "GB delivered by partition"] == pytest.approx((10.3286, 0.20657), rel=1e-4)
    assert lines["Firehose", "objects by partition"] == pytest.approx((8760, 0.0438))
    assert lines["Firehose", "hours of JQ"] == pytest.approx((730, 51.1))


def test_logs_are_kept(fixed: dict[str, Price], thousand: Lines) -> None:
    """Production keeps them 90 days, 90 x 24 / 730 = 2.9589 months; minimal seven."""
    written = thousand["CloudWatch", "GB of logs"][0]

    assert thousand["CloudWatch", "GB of logs, 90 days"][0] == pytest.approx(written * 2.9589, rel=1e-4)
    assert ("CloudWatch", "GB of logs, 7 days") in bill(fixed, CostRequest(20))


@pytest.fixture
def vehicles(fixed: dict[str, Price]) -> Lines:
    """A hundred vehicles alone."""
    return bill(fixed, CostRequest(0, vehicles=100))


@pytest.mark.parametrize(
    ("service", "what", "units", "usd"),
    [
        # 100 x 2,628,000 / 64 = 4,106,250 readings are judged; / 1e6 x 0.20
        ("Lambda", "invocations", 4_106_250, 0.82125),
        # x 0.1 s x 0.5 GB = 205,312.5 GB s; x 0.0000133334 = 2.7375
        ("Lambda", "GB seconds", 205_312.5, 2.7375),
        # x 0.05 s x 2 GB = 410,625; x 0.00002
        ("SageMaker", "GB seconds", 410_625, 8.2125),
        # x 2 units of 1 KB = 8,212,500; / 1e6 x 0.625
        ("DynamoDB", "readings written", 8_212_500, 5.1328),
        # 43,800 min x 15 = 657,000; / 1e6 x 0.40
        ("SQS", "polls of the retry queue", 657_000, 0.2628),
        # the function's metric EngineTemperature has the dimension device_id: 100 x 0.30
        ("CloudWatch", "metrics, one a vehicle", 100, 30.0),
        # four rules: 4 x 262,800,000 / 1e6 x 0.15
        ("IoT Core", "rules triggered", 1_051_200_000, 157.68),
    ],
)
def test_the_fleet(vehicles: Lines, service: str, what: str, units: float, usd: float) -> None:
    """One reading in 64 goes through function, endpoint and table (docs/fleet.md)."""
    assert vehicles[service, what] == pytest.approx((units, usd), rel=1e-4)


def test_without_vehicles_the_fleet_costs_nothing(thousand: Lines) -> None:
    """Neither a function nor a queue is used."""
    assert not {"Lambda", "SageMaker", "SQS"} & {service for service, _ in thousand}


def test_heartbeats(fixed: dict[str, Price]) -> None:
    """2,500 machines are three shards, played by five tasks, one for 500; each of both beats every 5 s.

    (3 + 5) x 525,600 writes = 4,204,800 x 0.625/M; 5 x 525,600 reads x 0.125/M.
    """
    lines = bill(fixed, CostRequest(2500, profile=PRODUCTION))

    assert lines["DynamoDB", "heartbeats written"] == pytest.approx((4_204_800, 2.628))
    assert lines["DynamoDB", "heartbeats read"] == pytest.approx((2_628_000, 0.3285))


def test_ledgers_are_shipped(fixed: dict[str, Price]) -> None:
    """2,500 machines are three shards: an object each and minute, a wear table an hour, ledgers of 90 - 1 days.

    3 x 43,800 and 3 x 730, x 0.005/1,000; 3 x 222 B x 86,400 s x 89 / 2^30 = 4.7696 GB x 0.023.
    """
    lines = bill(fixed, CostRequest(2500, profile=PRODUCTION))

    assert lines["S3", "segments of ledgers"] == pytest.approx((131_400, 0.657))
    assert lines["S3", "wear tables"] == pytest.approx((2190, 0.01095))
    assert lines["S3", "GB of ledgers, 89 days"] == pytest.approx((4.7696, 0.1097), rel=1e-3)


def test_keys_and_secrets(thousand: Lines) -> None:
    """Seven keys (identities, lake, fleet, models, truth, secrets, logs), two secrets (smtp, grafana-admin)."""
    assert thousand["KMS", "keys"] == (7, 7.0)
    assert thousand["Secrets Manager", "secrets"] == pytest.approx((2, 0.8))


def test_what_stands_still_still_costs(fixed: dict[str, Price]) -> None:
    """A deployment without machines has its load balancer: 730 x 0.0225 = 16.425, and no reading to share it."""
    empty = told(fixed, CostRequest(0, profile=MINIMAL))
    lines = bill(fixed, CostRequest(0))

    assert lines["Load balancer", "hours"] == pytest.approx((730, 16.425))
    assert not [service for service, _ in lines if service in ("IoT Core", "Firehose", "S3")]
    assert empty.a_million(empty.usd) == 0
    assert math.isfinite(empty.usd)
