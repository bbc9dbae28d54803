"""The fleet's pipeline on the local AWS: its owner's walk-through, and what goes wrong on the way."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from fleet_stack import FleetStack
from live_factory import wait_until
from model_endpoint import ModelEndpoint

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

TEST_DATA = (Path(__file__).parents[1] / "maintenance/fleet/test-data.txt").read_bytes()
COOL = TEST_DATA.decode().splitlines()[2]


@pytest.fixture
def fleet(start_local_aws: Callable[..., Any], tmp_path: Path) -> Iterator[FleetStack]:
    """A fleet in an account of its own."""
    local = start_local_aws(tmp_path / "aws")
    stack = FleetStack(local, tmp_path)
    yield stack
    stack.close()
    local.stop()


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
