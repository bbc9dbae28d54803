"""The main job, end to end with the real programs: twenty machines, from a certificate to a mail and an audit."""

from __future__ import annotations

import base64
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psutil
import pytest
from intruder import Intruder, broker_ca, certificate_of, forged_certificate, lay_down
from live_factory import PLANT, LiveFactory, lives, wait_until
from recorded_calls import unwritten

from contracts.topics import topic
from dashboards.grafana.queries import queries
from factory.local_aws.calls import FILE as CALLS

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

INTRUDER = "T001"

MAY_BE_EMPTY = {("machine", "Alarms"), ("plant", "Alarms")}
"""Panels that show nothing while all is well."""
OF_VERDICTS = {("machine", title) for title in ("Failure probability and anomaly", "Remaining life", "Why")}
OF_VERDICTS |= {(query.dashboard, query.panel) for query in queries() if query.dashboard == "maintenance"}
"""Panels that show nothing without the verdict job; `tests/dashboards/test_panels_live.py` has all their answers."""


@pytest.fixture(scope="module")
def factory(start_factory: Callable[..., LiveFactory]) -> LiveFactory:
    """Twenty machines, and one identity that no machine plays."""
    live = start_factory("--machines", "20", "--seed", "7")
    made = live.command(
        *("provision", "--machines", "20", "--device", f"{INTRUDER}:line9:replay"),
        *("--endpoint-url", live.url("aws"), "--data-dir", str(live.data_dir), "--yes"),
    )
    assert made.returncode == 0, made.stderr
    return live


@pytest.fixture(scope="module")
def shard(factory: LiveFactory, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the init container lays down the machines' identities for the intruder."""
    target = tmp_path_factory.mktemp("stolen")
    return lay_down(factory.url("aws"), factory.data_dir / "aws", PLANT.identities_bucket, target)


@pytest.fixture
def intruder(factory: LiveFactory, shard: Path) -> Iterator[Intruder]:
    """A client with a true certificate of the plant."""
    client = Intruder(factory.ports["mqtt"], broker_ca(shard), certificate_of(shard, INTRUDER), INTRUDER)
    assert client.connect()
    yield client
    client.close()


def telemetry(device_id: str, seq: int, **changes: object) -> bytes:
    """A well-formed message of a machine, but for the changes."""
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    fields = {"device_id": device_id, "timestamp": moment, "run": 999, "seq": seq, "temp": 40.0, "state": "running"}
    return json.dumps({**fields, **changes}).encode()


def stored(factory: LiveFactory, prefix: str) -> dict[str, bytes]:
    """Objects of the lake below a prefix."""
    s3 = factory.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=PLANT.lake_bucket, Prefix=prefix)
    keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
    return {key: s3.get_object(Bucket=PLANT.lake_bucket, Key=key)["Body"].read() for key in keys}


def test_everything_acknowledged_is_archived(factory: LiveFactory) -> None:
    """All twenty machines publish, and nothing that the broker took is missing in the lake."""
    wait_until("200 messages are archived", lambda: factory.archived() >= 200)

    audit = factory.audit()
    assert (audit["machines"], audit["missing"], audit["exit_status"]) == (20, 0, 0)
    assert audit["archived"] >= 200


def test_every_program_is_scraped(factory: LiveFactory) -> None:
    """Prometheus reaches all its targets."""
    wait_until("all targets are up", lambda: (up := factory.query("up")) and all(s["value"][1] == "1" for s in up))


def test_status_tells_what_the_programs_tell(factory: LiveFactory) -> None:
    """`factory status --json` from another terminal shows twenty machines and every program alive."""
    status = factory.status()

    assert status["machines"] == 20
    assert {"local_aws", "rules", "simulator", "mail", "prometheus", "alertmanager"} <= {
        program["name"] for program in status["programs"]
    }


def test_all_listeners_are_on_loopback(factory: LiveFactory) -> None:
    """No port of any program can be reached from another machine."""
    pids = {program["pid"] for program in factory.status()["programs"]}
    addresses = {
        connection.laddr.ip
        for pid in pids
        for process in [psutil.Process(pid)]
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }

    assert addresses
    assert addresses <= {"127.0.0.1", "::1"}


def test_a_second_factory_on_the_same_directory_is_refused(factory: LiveFactory) -> None:
    """The first keeps running; the second says in a sentence why it will not."""
    second = factory.command("up", "--data-dir", str(factory.data_dir), "--machines", "1")

    assert second.returncode == 2
    assert len(second.stderr.strip().splitlines()) <= 2
    assert not factory.ended()


def test_no_certificate_is_refused(factory: LiveFactory, shard: Path) -> None:
    """A client without a certificate is not let in."""
    assert not Intruder(factory.ports["mqtt"], broker_ca(shard), None, INTRUDER).connect()


def test_a_certificate_of_a_foreign_ca_is_refused(factory: LiveFactory, shard: Path, tmp_path: Path) -> None:
    """A certificate with the right name that somebody else signed is not let in."""
    forged = forged_certificate(INTRUDER, tmp_path)

    assert not Intruder(factory.ports["mqtt"], broker_ca(shard), forged, INTRUDER).connect()


def test_another_name_than_the_certificates_is_refused(factory: LiveFactory, shard: Path) -> None:
    """A machine connects only as itself."""
    assert not Intruder(factory.ports["mqtt"], broker_ca(shard), certificate_of(shard, INTRUDER), "M0X1").connect()


def test_what_is_published_to_anothers_topic_reaches_nobody(factory: LiveFactory, intruder: Intruder) -> None:
    """The broker answers "not authorized" and the engine never sees it; the machine's own topic works."""
    own = intruder.publish(topic("plant1", "line9", INTRUDER), telemetry(INTRUDER, 1))
    others = intruder.publish(topic("plant1", "line1", "M002"), telemetry("M002", 1))
    other_line = intruder.publish(topic("plant1", "line1", INTRUDER), telemetry(INTRUDER, 2))

    assert own < 128
    assert others == other_line == 135  # MQTT 5, 3.4.2.1: not authorized
    wait_until("its own message is archived", lambda: archived_runs(factory, INTRUDER) == {(INTRUDER, 999)})
    assert ("M002", 999) not in archived_runs(factory, "M002")


def test_no_machine_passes_by_the_alarm_on_basic_ingest(factory: LiveFactory, intruder: Intruder) -> None:
    """The engine may hear what is sent to rules; a machine may not send it, not even as itself."""
    wait_until("it is heard", lambda: "Basic Ingest is heard" in (factory.data_dir / "logs" / "rules.log").read_text())

    assert intruder.publish(f"$aws/rules/archive/{topic('plant1', 'line9', INTRUDER)}", telemetry(INTRUDER, 7)) == 135
    assert factory.metric("rules", "rules_rule_not_found_total") == 0


def archived_runs(factory: LiveFactory, device_id: str) -> set[tuple[str, int]]:
    """Machine and run of every archived row of a machine."""
    import gzip

    rows = [
        json.loads(line)
        for content in stored(factory, "raw/").values()
        for line in gzip.decompress(content).splitlines()
    ]
    return {(row["device_id"], row["run"]) for row in rows if row["device_id"] == device_id and row["run"] == 999}


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"\xff\x00 not json", "JSON"),
        (b'{"device_id": "T001"', "JSON"),
        (telemetry(INTRUDER, 2, temp="hot"), "temp"),
        (telemetry("M001", 3), "device_id"),
        (b'{"device_id": "T001", "run": 999, "seq": 4, "state": "running"}', "timestamp"),
    ],
)
def test_malformed_messages_land_in_quarantine(
    factory: LiveFactory, intruder: Intruder, payload: bytes, reason: str
) -> None:
    """The quarantine holds the exact bytes and a reason that names what is wrong."""
    assert intruder.publish(topic("plant1", "line9", INTRUDER), payload) < 128

    def quarantined() -> list[dict[str, str]]:
        records = [json.loads(content) for content in stored(factory, "quarantine/").values()]
        return [record for record in records if base64.b64decode(record["payload_base64"]) == payload]

    (record,) = wait_until("it is in the quarantine", quarantined)
    assert reason in record["reason"]
    assert record["topic"] == topic("plant1", "line9", INTRUDER)


def silent_panels(factory: LiveFactory) -> set[tuple[str, str]]:
    """Dashboard and title of the panels that show nothing."""
    return {(query.dashboard, query.panel) for query in queries() if not factory.query(query.expr)}


def test_every_panel_has_an_answer(factory: LiveFactory) -> None:
    """Each query of each Grafana panel is valid for the live Prometheus, and those that must have data have it."""
    # What a machine usually does is known only when it has been watched for a while.
    wait_until("no panel is silent", lambda: not (silent_panels(factory) - MAY_BE_EMPTY - OF_VERDICTS), 90, every=5)


def test_a_hall_that_warms_up_stays_silent_and_a_drift_is_mailed(factory: LiveFactory) -> None:
    """The air warms by 2 K/min for two minutes: silence. Then one sensor drifts, the truth is deleted, the mail comes.

    The mail names that machine and signal, and no other.
    """
    warm = factory.command(
        "inject", "*", "hall_warming", "--set", "rise_k=20", "--ramp", "10min", "--url", factory.url("simulator")
    )
    assert warm.returncode == 0, warm.stderr
    until = time.monotonic() + 120
    while time.monotonic() < until:
        assert not factory.alerts("MachineSensorDrift")
        time.sleep(2)
    assert not factory.mails("MachineSensorDrift")

    (factory.data_dir / "truth" / "ground_truth.jsonl").unlink(missing_ok=True)
    drift = factory.command(
        *("inject", "M003", "drift", "--signal", "temp", "--rate", "2/min", "--url", factory.url("simulator"))
    )
    assert drift.returncode == 0, drift.stderr
    (mail, *_) = wait_until("the drift is mailed", lambda: factory.mails("MachineSensorDrift"), 240)

    for part in (mail["text"], mail["html"]):
        assert "M003" in part
        assert "temp" in part
        assert not [other for number in range(1, 21) if number != 3 and (other := f"M{number:03d}") in part]
    assert {(alert["device_id"], alert["signal"]) for alert in factory.alerts("MachineSensorDrift")} == {
        ("M003", "temp")
    }


def faults_of(factory: LiveFactory) -> set[tuple[str, str]]:
    """Kind and stage of all faults on the plant."""
    faults = httpx.get(factory.url("simulator", "/api/faults"), timeout=10).json()
    return {(fault["kind"], fault["stage"]) for fault in faults}


def test_a_fault_can_be_cleared(factory: LiveFactory) -> None:
    """After `factory clear --all` no fault acts on the plant; the air of the hall takes its time to cool down."""
    done = factory.command("clear", "--all", "--url", factory.url("simulator"))

    assert done.returncode == 0, done.stderr
    wait_until("only the hall still recovers", lambda: faults_of(factory) == {("hall_warming", "recovering")}, 30)


@pytest.mark.parametrize("program", ["rules", "simulator"])
def test_a_killed_program_comes_back_and_nothing_is_lost(factory: LiveFactory, program: str) -> None:
    """SIGKILL of the engine or the simulator: restarted by the supervisor, and the audit finds nothing missing."""
    before = factory.pid(program)
    os.kill(before, signal.SIGKILL)
    wait_until(
        f"{program} runs again",
        lambda: (now := factory.program(program)) and now["pid"] not in (None, before) and now["restarts"] >= 1,
        90,
    )
    archived = wait_until("messages flow", factory.archived, 90)
    wait_until("more messages are archived", lambda: factory.archived() > archived, 90)

    # A killed engine's unacknowledged messages come again within the broker's 30 s.
    audit = factory.audit(settle=12)
    assert (audit["missing"], audit["exit_status"]) == (0, 0), audit


def test_a_killed_supervisor_loses_nothing(factory: LiveFactory) -> None:
    """SIGKILL of the supervisor: its programs go on, the next `factory up` takes over, and nothing is missing."""
    assert factory.process is not None
    simulator = factory.pid("simulator")
    factory.process.kill()
    factory.process.wait(timeout=30)
    assert lives(simulator)
    wait_until("messages go on being archived", lambda: factory.archived() > 0)

    factory.up()

    assert not lives(simulator)
    audit = factory.audit(settle=12)
    assert (audit["missing"], audit["exit_status"]) == (0, 0), audit


def test_programs_made_no_call_that_is_not_written_down(factory: LiveFactory) -> None:
    """What roles on AWS are held against is all that programs call: see `tests/stand_ins/recorded_calls.py`."""
    assert unwritten(factory.data_dir / "aws" / CALLS) == []


def test_ctrl_c_stops_everything_and_loses_nothing(factory: LiveFactory) -> None:
    """After Ctrl-C no program is left, exit status 0, and the archive holds every acknowledged message of all runs."""
    pids = [program["pid"] for program in factory.status()["programs"] if program["pid"]]
    assert factory.stop() == 0

    assert not [pid for pid in pids if lives(pid)]
    audit = factory.audit(settle=0)
    assert (audit["missing"], audit["exit_status"]) == (0, 0), audit
    assert audit["acknowledged"] == audit["published"] - audit["unacknowledged"] - audit["refused"]
