"""The function from an event to items, mails and dead letters."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from maintenance.fleet.table import Table, TableError

TEST_DATA = Path(__file__).with_name("test-data.txt").read_bytes()
SENTENCE = TEST_DATA.decode().splitlines()[0]


def lines(count: int, *, hot: bool = False) -> bytes:
    """So many sentences of ten vehicles."""
    said = SENTENCE if hot else SENTENCE.replace("engine_temp_c 124", "engine_temp_c 90")
    return "\n".join(said.replace("VHC001", f"VHC{number % 10:03d}") for number in range(count)).encode()


def test_the_owners_walk_through(fleet: Any) -> None:
    """Two records become two items with predictions, and one mail for the hot engine; all share the invocation's id."""
    fleet.handle(fleet.put("inbox/test-data.txt", TEST_DATA))

    first, second = fleet.items()
    assert ["VHC001", "VHC002"] == [first["device_id"], second["device_id"]]
    assert first["timestamp"].startswith("2025-10-19T17:17:00.000Z#")
    assert (Decimal(124), "POSITIVE", Decimal("0.93")) == (
        first["engine_temp_c"],
        first["prediction"],
        first["probability"],
    )
    assert ("NEGATIVE", "maintenance_required") == (second["prediction"], first["status"])
    (mail,) = fleet.taken_from(fleet.mails)
    assert "VHC001: engine at 124.0 °C" == mail["Subject"]
    for told in ("19-10-2025 22:47", "124.0 °C", "73.0 km/h", "98.0 %", "12.398542, 79.921675"):
        assert told in mail["Message"]
    assert {"invocation-1"} == {
        first["invocation"],
        second["invocation"],
        mail["MessageAttributes"]["invocation"]["Value"],
    }
    assert ["admin@fleet.example"] == json.loads(mail["MessageAttributes"]["recipients"]["Value"])


def test_the_status_is_no_input(fleet: Any) -> None:
    """What a sentence claims of maintenance is kept, and never shown to the model."""
    fleet.handle(fleet.put("inbox/a", TEST_DATA))

    assert all("status" not in row for row in fleet.model.asked)
    assert {
        "device_id": "VHC001",
        "timestamp": "2025-10-19T17:17:00Z",
        "speed_kmph": 73.0,
        "fuel_level_percent": 98.0,
        "engine_temp_c": 124.0,
        "gps_latitude": 12.398542,
        "gps_longitude": 79.921675,
        "odometer_km": 10365.0,
    } == fleet.model.asked[0]


def test_a_repeated_event_writes_the_same_items(fleet: Any) -> None:
    """An event that comes twice leaves the items of one, and sends no second mail, even after the window."""
    event = fleet.put("inbox/a b.txt", TEST_DATA)
    fleet.handle(event)
    before = fleet.items()
    fleet.time_of_day[0] += 10_000

    fleet.handle(event)

    assert before == fleet.items()
    assert 1 == len(fleet.taken_from(fleet.mails))


def test_readings_of_one_minute_are_kept_apart(fleet: Any) -> None:
    """A second reading of the same vehicle in the same minute does not overwrite the first."""
    fleet.handle(fleet.put("inbox/a", f"{SENTENCE}\n{SENTENCE.replace('speed_kmph 73', 'speed_kmph 74')}".encode()))
    fleet.handle(fleet.put("inbox/b", SENTENCE.encode()))

    assert [73, 74, 73] == [item["speed_kmph"] for item in sorted(fleet.items(), key=lambda item: item["source"])]


def test_the_archives_files(fleet: Any) -> None:
    """Gzip JSON lines of vehicles are read, machines in them passed over; what came over MQTT as well is one item."""
    told = {"device_id": "VHC003", "timestamp": "2026-01-02T03:04:05.678Z", "run": 3, "seq": 17, "engine_temp_c": -7.5}
    machine = {
        "device_id": "M001",
        "timestamp": told["timestamp"],
        "run": 1,
        "seq": 1,
        "state": "idle",
        "line": "line1",
    }
    rows = [told | {"plant": "plant1", "line": "fleet", "received_at": 1}, machine]
    packed = gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode())

    fleet.handle(told)
    fleet.handle(fleet.put("inbox/raw/x.jsonl.gz", packed))

    (item,) = fleet.items()
    assert ("2026-01-02T03:04:05.678Z#r000003-000000017", Decimal("-7.5")) == (item["timestamp"], item["engine_temp_c"])
    assert "speed_kmph" not in item
    assert [] == fleet.taken_from(fleet.dead_letters)


def test_lines_that_fail_are_dead_letters(fleet: Any) -> None:
    """A line that cannot be used goes with its reason to the dead letters, and the others are stored."""
    wrong = SENTENCE.replace("73", "fast")

    fleet.handle(fleet.put("inbox/a", f"{wrong}\n{SENTENCE}\n\xff".encode("latin-1")))

    letters = sorted(fleet.taken_from(fleet.dead_letters), key=lambda letter: letter["line_number"])
    assert [(wrong, 1), ("\\xff", 3)] == [(letter["line"], letter["line_number"]) for letter in letters]
    assert "speed_kmph 'fast' is not a number" in letters[0]["reason"]
    assert 1 == len(fleet.items())


def test_a_row_that_the_model_cannot_judge(fleet: Any) -> None:
    """One bad row has its item without a prediction and a dead letter; it is not tried again, the others are judged."""
    fleet.model.verdict = lambda row: (
        {"error": "too hot"}
        if row["device_id"] == "VHC001"
        else {
            "prediction": "NEGATIVE",
            "probability": 0.1,
        }
    )

    fleet.handle(fleet.put("inbox/a", TEST_DATA))

    first, second = fleet.items()
    assert "prediction" not in first
    assert "The model cannot judge it: too hot" == first["prediction_absent_because"]
    assert "NEGATIVE" == second["prediction"]
    assert [SENTENCE] == [letter["line"] for letter in fleet.taken_from(fleet.dead_letters)]
    assert [] == fleet.taken_from(fleet.retries)


def test_a_failing_endpoint(fleet: Any) -> None:
    """Readings are stored without a prediction, one alert says so, hot engines are told, and later all are judged."""
    fleet.model.down = True
    fleet.handle(fleet.put("inbox/a", lines(600)))
    fleet.handle(fleet.put("inbox/b", TEST_DATA))

    items = fleet.items()
    assert 602 == len(items)
    assert all("prediction" not in item and "probability" not in item for item in items)
    assert all("does not answer" in item["prediction_absent_because"] for item in items)
    mails = fleet.taken_from(fleet.mails)
    assert ["Predictions are missing: the model's endpoint fails", "VHC001: engine at 124.0 °C"] == [
        mail["Subject"] for mail in mails
    ]

    event = fleet.queued_event(fleet.retries)
    answer = fleet.handle(event)
    assert [{"itemIdentifier": record["messageId"]} for record in event["Records"]] == answer["batchItemFailures"]

    fleet.model.down = False
    fleet.clock[0] += 60
    assert {"batchItemFailures": []} == fleet.handle(event)
    after = fleet.items()
    assert [(item["device_id"], item["timestamp"]) for item in items] == [
        (item["device_id"], item["timestamp"]) for item in after
    ]
    assert all(item["prediction"] in ("POSITIVE", "NEGATIVE") for item in after)
    assert all("prediction_pending" not in item and "prediction_absent_because" not in item for item in after)


def test_readings_that_wait_come_again_after_longer_and_longer(fleet: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """5 s after the first attempt, then twice as long each time: 20 s after the third."""
    put_off: list[dict[str, Any]] = []
    monkeypatch.setattr(fleet.sqs, "change_message_visibility", lambda **asked: put_off.append(asked))
    fleet.model.down = True
    fleet.handle(fleet.put("inbox/a", TEST_DATA))
    event = fleet.queued_event(fleet.retries, received=3)

    fleet.handle(event)

    (record,) = event["Records"]
    assert [{"QueueUrl": fleet.retries, "ReceiptHandle": record["receiptHandle"], "VisibilityTimeout": 20}] == put_off


def test_a_message_that_fails_holds_no_other_back(
    fleet: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a batch of the queue the one that failed is handed out again; those after it are done with."""
    fleet.model.down = True
    fleet.handle(fleet.put("inbox/a", SENTENCE.replace("VHC001", "ODD").encode()))
    fleet.handle(fleet.put("inbox/b", TEST_DATA))
    event = fleet.queued_event(fleet.retries)
    event["Records"].sort(key=lambda record: "ODD" not in record["body"])
    fleet.model.down = False
    fleet.clock[0] += 60
    read = Table.get

    def get(table: Table, keys: Any, names: Any = ()) -> Any:
        keys = list(keys)
        if any("ODD" in key for key in keys):
            raise TableError("readings did not give 1 items in 10 attempts.")
        return read(table, keys, names)

    monkeypatch.setattr(Table, "get", get)

    answer = fleet.handle(event)

    assert {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]} == answer
    assert [("ODD", False), ("VHC001", True), ("VHC002", True)] == [
        (item["device_id"], "prediction" in item) for item in fleet.items()
    ]
    assert "TableError: readings did not give 1 items" in capsys.readouterr().out


def test_what_the_model_cannot_judge_later_either(fleet: Any) -> None:
    """A reading that waited for the endpoint, and that the model then refuses, is a dead letter and waits no more."""
    fleet.model.down = True
    fleet.handle(fleet.put("inbox/a", SENTENCE.encode()))
    event = fleet.queued_event(fleet.retries)
    fleet.model.down = False
    fleet.model.verdict = lambda _row: {"error": "too hot"}
    fleet.clock[0] += 60

    assert {"batchItemFailures": []} == fleet.handle(event)

    (letter,) = fleet.taken_from(fleet.dead_letters)
    assert ("The model cannot judge it: too hot", 1) == (letter["reason"], letter["line_number"])
    assert 124.0 == json.loads(letter["line"])["engine_temp_c"]
    (item,) = fleet.items()
    assert ("The model cannot judge it: too hot", False) == (
        item["prediction_absent_because"],
        "prediction_pending" in item,
    )


def test_a_failure_of_anything_else_is_raised_and_told(fleet: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Lambda then hands the event over again; the log says what failed, with the invocation's id."""
    event = fleet.put("inbox/a", TEST_DATA)
    fleet.dynamodb.delete_table(TableName="readings")

    with pytest.raises(ClientError):
        fleet.handle(event)

    (failed,) = [
        line for line in map(json.loads, capsys.readouterr().out.splitlines()) if line.get("event") == "failed"
    ]
    assert ("error", "invocation-1") == (failed["level"], failed["request_id"])
    assert "ResourceNotFoundException" in failed["error"]


def test_a_failing_endpoint_takes_no_prediction_away(fleet: Any) -> None:
    """An event that is repeated while the endpoint fails leaves the predictions of the first time."""
    event = fleet.put("inbox/a", TEST_DATA)
    fleet.handle(event)
    before = fleet.items()
    fleet.model.down = True

    fleet.handle(event)

    assert before == fleet.items()
    assert [] == fleet.taken_from(fleet.retries)


def test_another_model_changes_the_predictions(fleet: Any) -> None:
    """The prediction is the endpoint's, whatever the sentence claims."""
    fleet.model.verdict = lambda _row: {"prediction": "POSITIVE", "probability": 0.6, "model": "other", "version": "9"}

    fleet.handle(fleet.put("inbox/a", TEST_DATA))

    assert [("POSITIVE", "other", "9")] * 2 == [
        (item["prediction"], item["model"], item["model_version"]) for item in fleet.items()
    ]


def test_large_objects(fleet: Any) -> None:
    """Thousands of lines are taken in batches, and none is lost or doubled."""
    fleet.handle(fleet.put("inbox/a", lines(1100)))

    assert list(range(1, 1101)) == sorted(int(item["line"]) for item in fleet.items())


def test_a_file_of_hot_engines(fleet: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Each of ten vehicles is mailed once, however many batches see it."""
    fleet.handle(fleet.put("inbox/a", lines(1100, hot=True)))

    assert [f"VHC{number:03d}: engine at 124.0 °C" for number in range(10)] == sorted(
        mail["Subject"] for mail in fleet.taken_from(fleet.mails)
    )
    (counts,) = [line["counts"] for line in map(json.loads, capsys.readouterr().out.splitlines()) if "counts" in line]
    # Three batches: 500, 500 and 100 lines, in each of them all ten vehicles.
    assert (1100, 10, 20) == (counts["overheated"], counts["alerts"], counts["alerts_held_back"])


def test_an_object_for_which_the_time_is_short(fleet: Any, context: Any) -> None:
    """What an invocation has no time for is another invocation's, by the queue."""
    context.remaining_ms = [300_000, 300_000, 10_000]
    fleet.handle(fleet.put("inbox/a", lines(1300)), context)
    assert 1000 == len(fleet.items())

    fleet.handle(fleet.queued_event(fleet.retries))

    assert list(range(1, 1301)) == sorted(int(item["line"]) for item in fleet.items())


def test_an_alert_once_in_a_window(fleet: Any) -> None:
    """A vehicle that stays hot is told once in a window, and again after it; another vehicle has its own window."""
    for minute, (vehicle, seconds) in enumerate([("VHC001", 0), ("VHC001", 600), ("VHC002", 0), ("VHC001", 400)]):
        fleet.time_of_day[0] += seconds
        said = SENTENCE.replace("VHC001", vehicle).replace("22:47", f"22:{minute:02d}")
        fleet.handle(fleet.put(f"inbox/{minute}", said.encode()))

    subjects = sorted(mail["Subject"] for mail in fleet.taken_from(fleet.mails))
    assert ["VHC001: engine at 124.0 °C"] * 2 + ["VHC002: engine at 124.0 °C"] == subjects


def test_a_vehicle_with_settings_of_its_own(fleet: Any) -> None:
    """Another threshold and another recipient hold for their vehicle alone."""
    fleet.dynamodb.put_item(
        TableName="vehicles",
        Item={
            "device_id": {"S": "VHC002"},
            "threshold_c": {"N": "95"},
            "recipients": {"L": [{"S": "driver@fleet.example"}]},
        },
    )

    fleet.handle(fleet.put("inbox/a", TEST_DATA))

    told = {
        mail["Subject"]: json.loads(mail["MessageAttributes"]["recipients"]["Value"])
        for mail in fleet.taken_from(fleet.mails)
    }
    assert {
        "VHC001: engine at 124.0 °C": ["admin@fleet.example"],
        "VHC002: engine at 98.0 °C": ["driver@fleet.example"],
    } == told


def test_logs_and_metrics(fleet: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Each thing that was done is a line of JSON with the invocation's id, and the metrics are lines as well."""
    fleet.handle(fleet.put("inbox/a", TEST_DATA))

    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"invocation-1"} == {line["request_id"] for line in said}
    assert ["object_read", "predicted", "items_written", "sns_published", "finished"] == [
        line["event"] for line in said if "event" in line
    ]
    metrics = [line for line in said if "_aws" in line]
    assert (2, 2, 1, 1) == tuple(metrics[0][name] for name in ("Lines", "Items", "PredictedPositive", "Alerts"))
    assert {"VHC001": [124.0], "VHC002": [98.0]} == {
        line["device_id"]: line["EngineTemperature"] for line in metrics[1:]
    }


@pytest.mark.parametrize(
    "event", [{}, [], "x", {"Records": [{}]}, {"Records": [{"eventSource": "aws:sqs", "body": 1}]}]
)
def test_events_that_are_none(fleet: Any, event: Any) -> None:
    """What nobody can use is a dead letter, and no error that would be repeated."""
    assert {"batchItemFailures": []} == fleet.handle(event)

    assert 1 == len(fleet.taken_from(fleet.dead_letters))


def test_an_object_that_is_gone(fleet: Any) -> None:
    """An object that was deleted before it was read is a dead letter."""
    event = fleet.put("inbox/a", TEST_DATA)
    fleet.s3.delete_object(Bucket="inbox", Key="inbox/a")

    fleet.handle(event)

    assert ["The object was gone before it was read."] == [
        one["reason"] for one in fleet.taken_from(fleet.dead_letters)
    ]
