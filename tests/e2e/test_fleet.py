"""The fleet's pipeline on the local AWS: its owner's walk-through, and what goes wrong on the way."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError
from fleet_stack import FleetStack
from live_factory import LiveFactory, wait_until
from model_endpoint import ModelEndpoint
from recorded_calls import unwritten

from contracts.resources import Resources
from factory.local_aws import root_credentials
from factory.local_aws.calls import FILE as CALLS

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

TEST_DATA = (Path(__file__).parents[1] / "maintenance/fleet/test-data.txt").read_bytes()
COOL = TEST_DATA.decode().splitlines()[2]


@pytest.fixture
def fleet(start_local_aws: Callable[..., Any], tmp_path: Path) -> Iterator[FleetStack]:
    """A fleet in an account of its own; its function made no call that is not written down for its role on AWS."""
    local = start_local_aws(tmp_path / "aws")
    stack = FleetStack(local, tmp_path)
    yield stack
    stack.close()
    stack.local.stop()
    assert unwritten(tmp_path / "aws" / CALLS) == []


def of_vehicles(count: int) -> bytes:
    """So many sentences of twenty vehicles, none of them hot."""
    return "\r\n".join(COOL.replace("VHC002", f"VHC{number % 20:03d}") for number in range(count)).encode()


def test_the_owners_walk_through(fleet: FleetStack) -> None:
    """Two records become two items with predictions, and one mail; logs, message and items share the invocation's id.

    Section 7 of the owner's document: VHC001 at 124.0 °C is mailed, VHC002 at 98.0 °C is not.
    """
    fleet.hand_in("test-data.txt", TEST_DATA)

    first, second = wait_until("two items", lambda: found if len(found := fleet.items()) == 2 else None)
    (mail,) = wait_until("a mail", lambda: fleet.mails("VHC001"), 30)
    assert ("VHC001", "POSITIVE") == (first["device_id"], first["prediction"])
    assert ("VHC002", "NEGATIVE") == (second["device_id"], second["prediction"])
    for told in ("124.0 °C", "19-10-2025 22:47", "73.0 km/h", "98.0 %", "12.398542, 79.921675"):
        assert told in mail["text"]
    assert "VHC001: engine at 124.0 °C" == mail["subject"]
    assert ["operator@localhost"] == mail["to"]

    events = wait_until("the log", lambda: [line for line in fleet.log_lines() if line.get("event") == "finished"])
    assert {first["invocation"]} == {second["invocation"], events[0]["request_id"]}
    assert f"Invocation: {first['invocation']}" in mail["text"]
    told = {line.get("event") for line in fleet.log_lines() if line["request_id"] == first["invocation"]}
    assert {"object_read", "predicted", "items_written", "sns_published", "finished"} <= told
    time.sleep(3)  # a second mail would have come by now
    assert [mail["id"]] == [one["id"] for one in fleet.mails()]


def test_what_a_function_leaves_lies_in_the_data_directory(
    start_local_aws: Callable[..., Any], fleet: FleetStack
) -> None:
    """The emulator unpacks a function's code for each process that runs it; the next start clears that away."""
    fleet.hand_in("test-data.txt", TEST_DATA)
    wait_until("two items", lambda: len(fleet.items()) == 2)
    assert list((fleet.local.data_dir / "tmp").glob("ministack-lambda-*"))

    fleet.local.stop()
    fleet.local = start_local_aws(fleet.local.data_dir, before=fleet.local)

    assert not list((fleet.local.data_dir / "tmp").glob("ministack-lambda-*"))
    assert 2 == len(fleet.items())


def test_another_model_changes_the_predictions(fleet: FleetStack) -> None:
    """The same file is judged by whatever model is in the endpoint."""
    fleet.hand_in("one.txt", TEST_DATA)
    wait_until("two items", lambda: len(fleet.items()) == 2)
    fleet.model.judge = lambda _row: {"prediction": "POSITIVE", "probability": 0.75, "model": "other", "version": "2"}

    fleet.hand_in("two.txt", TEST_DATA)

    found = wait_until("four items", lambda: items if len(items := fleet.items("VHC002")) == 2 else None)
    assert {("NEGATIVE", "stand-in"), ("POSITIVE", "other")} == {(one["prediction"], one["model"]) for one in found}


def test_a_vehicles_own_recipient(fleet: FleetStack) -> None:
    """A vehicle's mail goes to whom its settings name, by its own threshold."""
    fleet.client("dynamodb").put_item(
        TableName=fleet.names.fleet_vehicles_table,
        Item={
            "device_id": {"S": "VHC002"},
            "threshold_c": {"N": "95"},
            "recipients": {"L": [{"S": "driver@fleet.example"}]},
        },
    )

    fleet.hand_in("test-data.txt", TEST_DATA)

    mails = wait_until("two mails", lambda: found if len(found := fleet.mails("engine")) == 2 else None, 30)
    assert {
        "VHC001: engine at 124.0 °C": ["operator@localhost"],
        "VHC002: engine at 98.0 °C": ["driver@fleet.example"],
    } == {mail["subject"]: mail["to"] for mail in mails}


def test_the_function_may_not_write_where_it_is_called(fleet: FleetStack) -> None:
    """The function has no right to put anything into its bucket, and the fleet's user none to read there."""
    fleet.hand_in("test-data.txt", TEST_DATA)
    wait_until("two items", lambda: len(fleet.items()) == 2)
    policy = fleet.client("iam").get_role_policy(RoleName=fleet.names.fleet_function_role, PolicyName="rights")
    allowed = json.dumps(policy["PolicyDocument"])
    assert "s3:Put" not in allowed
    assert "*:*" not in allowed

    with pytest.raises(ClientError, match="AccessDenied"):
        fleet.client_of("fleet", "s3").get_object(Bucket=fleet.names.fleet_bucket, Key="inbox/test-data.txt")
    with pytest.raises(ClientError, match="AccessDenied"):
        fleet.client_of("fleet", "s3").put_object(Bucket=fleet.names.fleet_bucket, Key="elsewhere/x", Body=b"")


def test_what_cannot_be_read_is_a_dead_letter(fleet: FleetStack) -> None:
    """A line that is no sentence waits with its reason; the function is not called again for it."""
    fleet.hand_in("mixed.txt", b"hello\r\n\r\n" + TEST_DATA)

    wait_until("the others' items", lambda: len(fleet.items()) == 2)
    wait_until("a dead letter", lambda: fleet.waiting(fleet.names.fleet_dead_letters) == 1)
    sqs = fleet.client("sqs")
    url = sqs.get_queue_url(QueueName=fleet.names.fleet_dead_letters)["QueueUrl"]
    letter = json.loads(sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"])
    assert ("hello", 1) == (letter["line"], letter["line_number"])
    assert "does not begin like one" in letter["reason"]


@pytest.mark.slow
def test_the_model_is_away_half_way_through_ten_thousand_lines(fleet: FleetStack) -> None:
    """Ten thousand items, all predicted in the end, none twice; and one mail tells that predictions were missing."""
    port = fleet.model.port
    fleet.hand_in("warm.txt", COOL.encode())
    wait_until("a first item", fleet.items)
    fleet.hand_in("many.txt", of_vehicles(10_000))
    wait_until("some are judged", lambda: fleet.model.rows > 2000, every=0.01)
    fleet.model.stop()

    items = wait_until("all are stored", lambda: found if len(found := fleet.items()) == 10_001 else None, 120)
    assert any("prediction" not in item for item in items)
    assert all("prediction_absent_because" in item for item in items if "prediction" not in item)
    wait_until("the mail", lambda: fleet.mails("Predictions are missing"), 30)
    fleet.model = ModelEndpoint(port)

    wait_until("all are predicted", lambda: all("prediction" in item for item in fleet.items()), 120)
    after = fleet.items()
    assert sorted([*range(1, 10_001), 1]) == sorted(int(item["line"]) for item in after)
    assert not any("prediction_pending" in item for item in after)
    wait_until("nothing waits any more", lambda: fleet.waiting(fleet.names.fleet_retry_queue) == 0)
    assert 1 == len(fleet.mails("Predictions are missing"))
    assert 0 == fleet.waiting(fleet.names.fleet_dead_letters)


@pytest.fixture(scope="module")
def factory(start_factory: Callable[..., LiveFactory]) -> LiveFactory:
    """A whole factory with a fleet and its trained model."""
    live = start_factory("--machines", "1", "--vehicles", "2", "--seed", "3")
    # The first time on a machine the model is trained.
    wait_until("the model answers", lambda: httpx.get(live.url("model", "/ping")).status_code == 200, 600)
    return live


def shown(factory: LiveFactory, vehicle: str, *words: str) -> list[dict[str, Any]]:
    """`factory fleet show --json`."""
    done = factory.command("fleet", "show", vehicle, "--data-dir", str(factory.data_dir), "--json", *words)
    found: list[dict[str, Any]] = json.loads(done.stdout) if done.stdout else []
    return found


def hand_in(factory: LiveFactory, path: Path) -> None:
    """`factory fleet upload`."""
    done = factory.command("fleet", "upload", str(path), "--data-dir", str(factory.data_dir))
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_up_and_upload(factory: LiveFactory) -> None:
    """`factory up`, then `factory fleet upload`: items with the trained model's verdict, and one mail."""
    hand_in(factory, Path(__file__).parents[1] / "maintenance/fleet/test-data.txt")

    until = ("--until", "2025-10-20")
    (first,) = wait_until("VHC001 is there", lambda: shown(factory, "VHC001", *until), 60)
    (second,) = wait_until("VHC002 is there", lambda: shown(factory, "VHC002", *until), 60)
    for item in (first, second):
        assert item["prediction"] in ("POSITIVE", "NEGATIVE")
        assert 0 <= item["probability"] <= 1
        assert item["explanation"]
    (mail,) = wait_until("the mail", lambda: factory.mails("VHC001: engine"), 30)
    assert "124.0 °C" in mail["text"]
    assert not factory.mails("VHC002: engine")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_vehicles_on_mqtt_are_judged(factory: LiveFactory) -> None:
    """Vehicles that speak MQTT come to the same table by a rule; one whose engine overheats is mailed."""
    (item, *_) = wait_until(
        "a reading of VHC002 over MQTT",
        lambda: [one for one in shown(factory, "VHC002") if one["source"] == "mqtt"],
        300,
    )
    assert item["prediction"] in ("POSITIVE", "NEGATIVE")

    done = factory.command(
        *("inject", "VHC002", "bias", "--signal", "engine_temp_c", "--set", "magnitude=110"),
        *("--data-dir", str(factory.data_dir)),
    )
    assert done.returncode == 0, done.stderr
    wait_until("the mail of the hot engine", lambda: factory.mails("VHC002: engine"), 60)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_model_server_is_killed_half_way(factory: LiveFactory, tmp_path: Path) -> None:
    """Ten thousand lines, a kill in their midst: ten thousand items, all predicted in the end, none twice."""
    path = tmp_path / "many.txt"
    path.write_bytes(of_vehicles(10_000).replace(b"VHC0", b"VHC9"))
    table = Resources("plant1", "000000000000").fleet_readings_table
    root = root_credentials(factory.data_dir / "aws")
    session = boto3.Session(root.access_key_id, root.secret_access_key, region_name="us-east-1")
    dynamodb = session.client("dynamodb", endpoint_url=factory.url("aws"))

    def stored() -> list[dict[str, Any]]:
        pages = dynamodb.get_paginator("scan").paginate(TableName=table)
        return [item for page in pages for item in page["Items"] if item["device_id"]["S"].startswith("VHC9")]

    hand_in(factory, path)
    wait_until("some are stored", lambda: len(stored()) > 1000, every=0.05)
    model = next(one for one in factory.status()["programs"] if one["name"] == "model")
    os.kill(model["pid"], signal.SIGKILL)

    wait_until("all are stored", lambda: len(stored()) == 10_000, 240)
    wait_until("all are predicted", lambda: all("prediction" in item for item in stored()), 240)
    assert list(range(1, 10_001)) == sorted(int(item["line"]["N"]) for item in stored())
    assert next(one for one in factory.status()["programs"] if one["name"] == "model")["restarts"] == 1
