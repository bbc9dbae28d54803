"""The factory's own rules: every reading is archived or quarantined, never both and never neither."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.telemetry import MachineState, MachineTelemetry, VehicleSignal, VehicleTelemetry
from contracts.vehicles import FLEET_LINE
from rules.loading import CATALOG_DIR
from rules.sql import NO_MATCH, Message, dumps

TOPIC = "factory/plant1/line1/M001/telemetry"
ARRIVED = int(datetime(2026, 1, 2, 3, 30, tzinfo=UTC).timestamp() * 1000)
WELL_FORMED = {
    "device_id": "M001",
    "timestamp": "2026-01-02T03:04:05.678Z",
    "run": 3,
    "seq": 17,
    "temp": 59.2,
    "vibration": 0.42,
    "rpm": 1425,
    "power": 7.5,
    "state": "running",
}

FLEET_TOPIC = f"factory/plant1/{FLEET_LINE}/VHC001/telemetry"
OF_A_VEHICLE = {
    "device_id": "VHC001",
    "timestamp": "2026-01-02T03:04:05.678Z",
    "run": 3,
    "seq": 17,
    "speed_kmph": 73.0,
    "fuel_level_percent": 98.0,
    "engine_temp_c": 124.0,
    "gps_latitude": 12.398542,
    "gps_longitude": 79.921675,
    "odometer_km": 10365.0,
}


def judged(catalog, **changes: Any) -> bool:
    """Whether the fleet's function gets a vehicle's reading."""
    payload = json.dumps(OF_A_VEHICLE | changes).encode()
    return result_of(catalog, "fleet_vehicles", payload, FLEET_TOPIC) is not NO_MATCH


def test_every_reading_of_a_hot_engine_is_judged(catalog):
    """Above 96 °C, which a healthy vehicle stays below (docs/fleet.md); as its own vehicle's alone."""
    assert all(judged(catalog, engine_temp_c=96.1, seq=seq) for seq in range(1, 200))
    assert not judged(catalog, engine_temp_c=124, device_id="VHC002")


@pytest.mark.parametrize("temperature", [95.9, 96, "124", None])
def test_of_other_readings_one_in_64_is_judged(catalog, temperature):
    """By a digest of the reading's own name: the same one each time, and spread over all vehicles alike."""
    chosen = [seq for seq in range(1, 6401) if judged(catalog, engine_temp_c=temperature, seq=seq)]

    # Of 6,400 with probability 1/64: 100 expected, standard deviation 9.9; five of them on either side.
    assert 50 < len(chosen) < 150
    assert chosen == [seq for seq in chosen if judged(catalog, engine_temp_c=temperature, seq=seq)]


def result_of(catalog, name: str, payload: bytes, topic: str = TOPIC) -> Any:
    """What a rule gives for a payload: a JSON value, or NO_MATCH."""
    result = catalog[name].statement.evaluate(Message(topic=topic, payload=payload, timestamp=ARRIVED))
    return result if result is NO_MATCH else json.loads(dumps(result))


def reason_of(catalog, **changes: Any) -> str:
    """Why a changed reading is quarantined; None as a value removes a key."""
    value = {key: value for key, value in (WELL_FORMED | changes).items() if value != "(absent)"}
    payload = json.dumps(value).encode()
    assert result_of(catalog, "archive", payload) is NO_MATCH
    return result_of(catalog, "malformed_telemetry", payload)["reason"]


def test_a_reading_is_archived_as_published_with_its_place_and_arrival(catalog):
    """The machine's own keys, then plant, line and arrival [ms]."""
    archived = result_of(catalog, "archive", json.dumps(WELL_FORMED).encode())

    assert archived == WELL_FORMED | {"plant": "plant1", "line": "line1", "received_at": ARRIVED}
    assert result_of(catalog, "malformed_telemetry", json.dumps(WELL_FORMED).encode()) is NO_MATCH


@pytest.mark.parametrize("signal", ["temp", "vibration", "rpm", "power"])
def test_a_reading_without_a_signal_is_archived(catalog, signal):
    """A sensor that delivers nothing is a fault to be seen, not a malformed message."""
    payload = json.dumps({key: value for key, value in WELL_FORMED.items() if key != signal}).encode()

    assert signal not in result_of(catalog, "archive", payload)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"device_id": "(absent)"}, "device_id is missing"),
        ({"device_id": "M002"}, "not the name in the topic"),
        ({"device_id": 1}, "device_id"),
        ({"device_id": None}, "device_id"),
        ({"timestamp": "(absent)"}, "timestamp is missing"),
        ({"timestamp": 1767323045}, "timestamp"),
        ({"timestamp": "2026-13-02T03:04:05.678Z"}, "timestamp"),
        ({"timestamp": "2026-01-02 03:04:05"}, "timestamp"),
        ({"run": "(absent)"}, "run is missing"),
        ({"run": "3"}, "run"),
        ({"run": 0}, "run"),
        ({"run": 1.5}, "run"),
        ({"run": True}, "run"),
        ({"seq": "(absent)"}, "seq is missing"),
        ({"seq": -1}, "seq"),
        ({"seq": [1]}, "seq"),
        ({"state": "(absent)"}, "state is missing"),
        ({"state": "asleep"}, "state"),
        ({"temp": "59.2"}, "temp is not a number from -60 to 500 °C."),
        ({"temp": None}, "temp"),
        ({"temp": True}, "temp"),
        ({"temp": 500.1}, "temp"),
        ({"temp": -60.1}, "temp"),
        ({"vibration": -0.1}, "vibration"),
        ({"rpm": 100_001}, "rpm"),
        ({"power": {}}, "power"),
    ],
)
def test_the_reason_names_what_is_wrong(catalog, changes, said):
    """One sentence, about the first thing that is wrong."""
    assert said in reason_of(catalog, **changes)


@pytest.mark.parametrize("payload", [b"", b"hello", b"\xff\xfe", b'"text"', b"[1]", b"null", b"1", b"{", b'"{"'])
def test_what_is_no_json_object_is_quarantined_as_it_came(catalog, payload):
    """Byte for byte, in base64, with topic and arrival."""
    record = result_of(catalog, "malformed_telemetry", payload)

    assert base64.b64decode(record["payload_base64"]) == payload
    assert (record["topic"], record["received_at"]) == (TOPIC, ARRIVED)
    assert record["reason"] == "The payload is not a JSON object."


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.floats(allow_nan=False, width=32)
    | st.text(max_size=5)
)
ODD = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.text(max_size=2), SCALARS, max_size=2)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.sampled_from(list(WELL_FORMED)), ODD | st.just("(absent)"), max_size=3))
def test_exactly_one_of_archive_and_quarantine_takes_a_message(catalog, changes):
    """Whatever is wrong with it; and the archive takes what the contract's model takes."""
    value = {key: item for key, item in (WELL_FORMED | changes).items() if item != "(absent)"}
    payload = json.dumps(value).encode()
    archived = result_of(catalog, "archive", payload) is not NO_MATCH

    assert archived != (result_of(catalog, "malformed_telemetry", payload) is not NO_MATCH)
    if archived:
        MachineTelemetry.model_validate(value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=40))
def test_no_payload_escapes_both(catalog, payload):
    """Bytes of any kind."""
    assert (result_of(catalog, "archive", payload) is NO_MATCH) != (
        result_of(catalog, "malformed_telemetry", payload) is NO_MATCH
    )


def test_both_rules_judge_by_the_same_words():
    """Their SET clauses are one text, so that they cannot drift apart."""
    clauses = {
        re.match(
            r"SET @reason = CASE .*? SELECT ",
            json.loads((CATALOG_DIR / f"{name}.json").read_text())["topicRulePayload"]["sql"],
        )[0]
        for name in ("archive", "malformed_telemetry")
    }

    assert len(clauses) == 1


@pytest.mark.parametrize(
    ("field", "limits"), [("temp", (-60, 500)), ("vibration", (0, 200)), ("rpm", (0, 100_000)), ("power", (0, 10_000))]
)
def test_the_ranges_are_those_of_the_contract(catalog, field, limits):
    """At each limit the contract's model and the SQL agree; a hair outside, they refuse both."""
    for limit, step in zip(limits, (-0.001, 0.001), strict=True):
        MachineTelemetry.model_validate(WELL_FORMED | {field: limit})
        assert result_of(catalog, "archive", json.dumps(WELL_FORMED | {field: limit}).encode()) is not NO_MATCH
        with pytest.raises(ValidationError):
            MachineTelemetry.model_validate(WELL_FORMED | {field: limit + step})
        assert field in reason_of(catalog, **{field: limit + step})


def test_every_state_of_the_contract_is_archived(catalog):
    """And no other, as the reasons show."""
    for state in MachineState:
        assert result_of(catalog, "archive", json.dumps(WELL_FORMED | {"state": state}).encode()) is not NO_MATCH


def reason_for_a_vehicle(catalog, **changes: Any) -> str:
    """Why a changed reading of a vehicle is quarantined."""
    value = {key: value for key, value in (OF_A_VEHICLE | changes).items() if value != "(absent)"}
    payload = json.dumps(value).encode()
    assert result_of(catalog, "archive", payload, FLEET_TOPIC) is NO_MATCH
    return result_of(catalog, "malformed_telemetry", payload, FLEET_TOPIC)["reason"]


def test_a_reading_of_a_vehicle_is_archived(catalog):
    """It has no state and no temp, and is not missing them; hot as it is, the bearing rule does not care."""
    payload = json.dumps(OF_A_VEHICLE).encode()

    assert result_of(catalog, "archive", payload, FLEET_TOPIC) == OF_A_VEHICLE | {
        "plant": "plant1",
        "line": FLEET_LINE,
        "received_at": ARRIVED,
    }
    assert result_of(catalog, "malformed_telemetry", payload, FLEET_TOPIC) is NO_MATCH
    assert result_of(catalog, "critical_temperature", payload, FLEET_TOPIC) is NO_MATCH


@pytest.mark.parametrize("signal", list(VehicleSignal))
def test_a_reading_of_a_vehicle_without_a_signal_is_archived(catalog, signal):
    """A receiver without a fix is a fault to be seen, not a malformed message."""
    payload = json.dumps({key: value for key, value in OF_A_VEHICLE.items() if key != signal}).encode()

    assert signal not in result_of(catalog, "archive", payload, FLEET_TOPIC)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"device_id": "VHC002"}, "device_id is missing, or not the name in the topic."),
        ({"timestamp": "19-10-2025 22:47"}, "timestamp"),
        ({"run": 0}, "run"),
        ({"seq": "(absent)"}, "seq is missing"),
        ({"speed_kmph": -1}, "speed_kmph is not a number from 0 to 300 km/h."),
        ({"speed_kmph": "73"}, "speed_kmph"),
        ({"fuel_level_percent": 100.1}, "fuel_level_percent is not a number from 0 to 100 %."),
        ({"engine_temp_c": None}, "engine_temp_c is not a number from -60 to 300 °C."),
        ({"gps_latitude": 90.1}, "gps_latitude is not a number from -90 to 90 °."),
        ({"gps_longitude": True}, "gps_longitude"),
        ({"odometer_km": -0.1}, "odometer_km is not a number from 0 to 10000000 km."),
    ],
)
def test_the_reason_names_what_is_wrong_with_a_vehicles_reading(catalog, changes, said):
    """As it does for machines."""
    assert said in reason_for_a_vehicle(catalog, **changes)


def test_machines_and_vehicles_are_told_apart_by_their_line(catalog):
    """A machine on the fleet's line would not be missed for its state; a vehicle on another line is quarantined."""
    vehicle = json.dumps(OF_A_VEHICLE).encode()
    stray = FLEET_TOPIC.replace(FLEET_LINE, "line1")

    assert result_of(catalog, "archive", vehicle, stray) is NO_MATCH
    assert "state is missing" in result_of(catalog, "malformed_telemetry", vehicle, stray)["reason"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.sampled_from(list(OF_A_VEHICLE)), ODD | st.just("(absent)"), max_size=3))
def test_exactly_one_of_archive_and_quarantine_takes_a_vehicles_message(catalog, changes):
    """Whatever is wrong with it; and the archive takes what the contract's model takes."""
    value = {key: item for key, item in (OF_A_VEHICLE | changes).items() if item != "(absent)"}
    payload = json.dumps(value).encode()
    archived = result_of(catalog, "archive", payload, FLEET_TOPIC) is not NO_MATCH

    assert archived != (result_of(catalog, "malformed_telemetry", payload, FLEET_TOPIC) is not NO_MATCH)
    if archived:
        VehicleTelemetry.model_validate(value)


@pytest.mark.parametrize(
    ("field", "limits"),
    [
        ("speed_kmph", (0, 300)),
        ("fuel_level_percent", (0, 100)),
        ("engine_temp_c", (-60, 300)),
        ("gps_latitude", (-90, 90)),
        ("gps_longitude", (-180, 180)),
        ("odometer_km", (0, 10_000_000)),
    ],
)
def test_the_ranges_of_vehicles_are_those_of_the_contract(catalog, field, limits):
    """At each limit the contract's model and the SQL agree; a hair outside, they refuse both."""
    for limit, step in zip(limits, (-0.001, 0.001), strict=True):
        VehicleTelemetry.model_validate(OF_A_VEHICLE | {field: limit})
        payload = json.dumps(OF_A_VEHICLE | {field: limit}).encode()
        assert result_of(catalog, "archive", payload, FLEET_TOPIC) is not NO_MATCH
        with pytest.raises(ValidationError):
            VehicleTelemetry.model_validate(OF_A_VEHICLE | {field: limit + step})
        assert field in reason_for_a_vehicle(catalog, **{field: limit + step})


@pytest.mark.parametrize("temp", [95, 94.9, "120", None, True, 500.1])
def test_no_alert_at_or_below_the_threshold_or_for_what_is_no_temperature(catalog, temp):
    """95 °C is the plant's threshold; a text is no temperature, however hot."""
    assert result_of(catalog, "critical_temperature", json.dumps(WELL_FORMED | {"temp": temp}).encode()) is NO_MATCH


def test_a_critical_temperature_says_which_machine_where_and_how_hot(catalog):
    """What the person on call needs, in one sentence and as fields."""
    alert = result_of(catalog, "critical_temperature", json.dumps(WELL_FORMED | {"temp": 95.1}).encode())

    assert alert["summary"] == "Machine M001 on line1 of plant1: bearing housing at 95.1 °C, above 95 °C."
    assert (alert["device_id"], alert["signal"], alert["value"], alert["limit_value"]) == ("M001", "temp", 95.1, 95)


def test_a_quarantined_message_that_comes_again_replaces_itself(catalog):
    """The key holds a hash of topic and payload, and the hour of arrival."""
    rule = catalog["malformed_telemetry"]

    def key(payload: bytes, topic: str = TOPIC) -> str:
        message = Message(topic=topic, payload=payload, timestamp=ARRIVED)
        return rule.actions[0].prepare(rule.occasion(message, rule.statement.evaluate(message))).key

    assert key(b"x") == key(b"x")
    assert len({key(b"x"), key(b"y"), key(b"x", TOPIC.replace("M001", "M002"))}) == 3
    assert key(b"x").startswith("quarantine/plant=plant1/dt=2026-01-02/hour=03/")


def test_every_rule_has_an_error_action_that_keeps_its_messages_apart(catalog):
    """Nothing is dropped: errors/RULE/… in the lake."""
    for name, rule in catalog.items():
        message = Message(topic=TOPIC, payload=b"{}", timestamp=ARRIVED)
        request = rule.error_action.prepare(rule.occasion(message, {}, b"{}"))
        assert request.key.startswith(f"errors/{name}/plant=plant1/dt=2026-01-02/hour=03/")


def test_other_topics_concern_no_rule(catalog):
    """Another plant's telemetry, and events."""
    for topic in ("factory/plant2/line1/M001/telemetry", "factory/plant1/line1/M001/event"):
        for name in catalog:
            assert result_of(catalog, name, json.dumps(WELL_FORMED).encode(), topic) is NO_MATCH
