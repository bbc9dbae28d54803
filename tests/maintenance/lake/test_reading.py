"""Objects of the archive as rows, and what of them is no telemetry."""

import gzip
import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lake_lines import DAY, as_lines, as_object, machine_line, minutes, vehicle_line

from maintenance.lake.reading import ObjectRows, parse_object, read_object, sift_quickly


def _read(content: bytes) -> ObjectRows:
    return read_object(content, "plant1")


def _reasons(found: ObjectRows) -> list[tuple[int | None, str]]:
    return [(one.number, one.reason) for one in found.refused]


def test_machines_and_vehicles_of_one_object_go_to_their_tables() -> None:
    """By their line, as the rules tell them apart; numbers without a point are numbers as well."""
    found = _read(as_object(machine_line("M001", 1, DAY), vehicle_line("VHC001", 1, DAY), machine_line("M002", 1, DAY)))
    assert found.rows["machine_telemetry"]["device_id"].to_pylist() == ["M001", "M002"]
    assert found.rows["machine_telemetry"]["rpm"].to_pylist() == [1425.0, 1425.0]
    vehicle = found.rows["vehicle_telemetry"].to_pylist()[0]
    assert vehicle["fuel_level_percent"] == 98.0
    assert vehicle["timestamp"] == vehicle["received_at"] == DAY
    assert found.refused == []


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_lines_may_be_compressed_or_not(pack: Any) -> None:
    """With blank lines, and with line ends of either kind."""
    text = as_lines(machine_line("M001", 1, DAY), machine_line("M001", 2, DAY)).replace(b"\n", b"\r\n\r\n")
    assert _read(pack(text)).rows["machine_telemetry"]["seq"].to_pylist() == [1, 2]


def test_a_signal_that_its_sensor_did_not_deliver_is_null() -> None:
    """Absent in the message, as a dropout leaves it."""
    found = _read(as_object(machine_line("M001", 1, DAY, temp=None)))
    assert found.rows["machine_telemetry"]["temp"].to_pylist() == [None]


BAD_LINES = [
    ("nonsense", "The line is no JSON."),
    ('{"device_id":"M001"', "The line is no JSON."),
    ("[1]", "The line is no JSON object."),
    ("[" * 20_000, "The line is no JSON."),
    ('{"device_id":"M001","temp":NaN}', "The line is no JSON."),
    (json.dumps(machine_line("M001", 1, DAY, humidity=float("-inf"))), "The line is no JSON."),
    (
        json.dumps(machine_line("M001", 1, DAY, state="\ud83d")),
        "The line has half of a character: a surrogate without its other half.",
    ),
    ('{"device_id":NaN}', "The line is no JSON."),
    (machine_line("M001", 1, DAY, device_id=None), "device_id is missing."),
    (machine_line("M/1", 1, DAY), "device_id is 'M/1', no name of a device."),
    (machine_line("M001", 1, DAY, device_id=7), "device_id is no text."),
    (machine_line("M001", 1, DAY, timestamp=None), "timestamp is missing."),
    (machine_line("M001", 1, DAY, timestamp="yesterday"), "timestamp is no time such as 2026-01-02T03:04:05.678Z."),
    (
        machine_line("M001", 1, DAY, timestamp="9999-12-31T00:00:00.000Z"),
        "timestamp is not between the years 1970 and 2200.",
    ),
    (
        machine_line("M001", 1, DAY, timestamp="0000-01-01T00:00:00.000Z"),
        "timestamp is no time such as 2026-01-02T03:04:05.678Z.",
    ),
    (
        machine_line("M001", 1, DAY, timestamp="2026-02-30T00:00:00.000Z"),
        "timestamp is no time such as 2026-01-02T03:04:05.678Z.",
    ),
    (machine_line("M001", 1, DAY, received_at=-1), "received_at is not between the years 1970 and 2200."),
    (machine_line("M001", 0, DAY), "seq is 0, not from 1."),
    (machine_line("M001", 1, DAY, seq=1.5), "seq is no whole number."),
    (machine_line("M001", 1, DAY, seq=2**63), "seq is no whole number."),
    (machine_line("M001", 1, DAY, run=True), "run is no whole number."),
    (machine_line("M001", 1, DAY, temp="hot"), "temp is no number."),
    (machine_line("M001", 1, DAY, temp=501), "temp is 501, not from -60 to 500."),
    (machine_line("M001", 1, DAY, vibration=-0.5), "vibration is -0.5, not from 0 to 200."),
    (
        machine_line("M001", 1, DAY, state="asleep"),
        "state is 'asleep', none of idle, off, repair, running, setup, stopped.",
    ),
    (machine_line("M001", 1, DAY, line=None), "line is missing."),
    (machine_line("M001", 1, DAY, plant="plant2"), "plant is 'plant2', not the plant of its folder, plant1."),
    (vehicle_line("VHC001", 1, DAY, gps_latitude=91), "gps_latitude is 91, not from -90 to 90."),
]


@pytest.mark.parametrize(("line", "reason"), BAD_LINES)
def test_a_bad_line_is_told_and_the_others_land(line: Any, reason: str) -> None:
    """Its number, why, and what it said; the lines around it are good."""
    content = as_object(machine_line("M001", 5, DAY), line, machine_line("M001", 6, DAY))
    found = _read(content)
    assert _reasons(found) == [(2, reason)]
    assert found.refused[0].content == as_lines(line).rstrip(b"\n")
    assert found.rows["machine_telemetry"]["seq"].to_pylist() == [5, 6]


def test_a_whole_number_may_be_written_with_a_point() -> None:
    """As the rule `archive` lets it pass: 3.0 is floor(3.0)."""
    found = _read(as_object(machine_line("M001", 1, DAY, run=3.0)))
    assert found.rows["machine_telemetry"]["run"].to_pylist() == [3]


def test_fields_that_no_table_has_are_counted() -> None:
    """A message may say more than its model; it lands without that."""
    told = [machine_line("M001", 1, DAY, humidity=40, speed_kmph=3), machine_line("M001", 2, DAY)]
    content = as_object(*told, vehicle_line("VHC001", 1, DAY, humidity=50))
    found = _read(content)
    assert dict(found.unknown) == {"humidity": 2, "speed_kmph": 1}
    assert found.rows["machine_telemetry"].num_rows == 2


@pytest.mark.parametrize(
    "content", [as_object(machine_line("M001", 1, DAY))[:-9], b"\x1f\x8bnonsense", b"PAR1nonsensePAR1"]
)
def test_of_a_torn_object_nothing_lands(content: bytes) -> None:
    """It is kept as a whole, with the reason."""
    found = _read(content)
    assert found.rows == {}
    assert [one.number for one in found.refused] == [None]
    assert found.refused[0].reason.startswith("The object cannot be read: ")
    assert found.refused[0].content == content


def test_an_empty_object_is_nothing() -> None:
    """Neither rows nor complaints."""
    assert _read(b"") == ObjectRows()


def _parquet(columns: dict[str, Any]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def _columns(lines: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        name: pa.array([line[name] for line in lines], _TYPES.get(name)) for name in lines[0] if name != "received_at"
    }


_TYPES = {"run": pa.int32(), "state": pa.dictionary(pa.int8(), pa.string())}


def test_parquet_gives_the_same_rows_as_json_lines() -> None:
    """Whatever types a writer chose for text and numbers."""
    lines = [machine_line("M001", seq, at) for seq, at in enumerate(minutes(3), start=1)]
    by_lines = _read(as_object(*[line | {"received_at": None} for line in lines])).rows["machine_telemetry"]
    by_parquet = _read(_parquet(_columns(lines))).rows["machine_telemetry"]
    assert by_parquet.to_pylist() == by_lines.to_pylist()


def test_a_file_without_rows_is_nothing() -> None:
    """Its columns may be there."""
    empty = {name: pa.array([], pa.string()) for name in ("device_id", "line")}
    assert _read(_parquet(empty)) == ObjectRows()
    assert sift_quickly(pa.table(empty), "plant1") == ObjectRows()


def test_what_is_in_the_path_is_no_unknown_field() -> None:
    """Other writers put the partitions into their files as well."""
    columns = _columns([machine_line("M001", 1, DAY)]) | {"dt": ["2026-01-31"], "hour": ["00"], "humidity": [40]}
    assert dict(_read(_parquet(columns)).unknown) == {"humidity": 1}


def test_what_is_refused_is_told_in_the_order_of_the_lines() -> None:
    """Be it no JSON, a machine's or a vehicle's."""
    bad_vehicle, bad_machine = vehicle_line("VHC1", 1, DAY, gps_latitude=91), machine_line("M001", 1, DAY, temp=501)
    found = _read(as_object(bad_vehicle, bad_machine, "nonsense", bad_vehicle))
    assert [one.number for one in found.refused] == [1, 2, 3, 4]


def test_a_bad_row_of_parquet_is_told_as_json() -> None:
    """Its number in the file, counted from 1."""
    lines = [machine_line("M001", 1, DAY), vehicle_line("VHC1", 1, DAY)]
    columns = _columns([machine_line("M001", 1, DAY), machine_line("M001", 2, DAY, temp=900)])
    found = _read(_parquet(columns))
    assert _reasons(found) == [(2, "temp is 900, not from -60 to 500.")]
    assert json.loads(found.refused[0].content)["temp"] == 900
    assert found.rows["machine_telemetry"].num_rows == len(lines) - 1


def test_a_number_that_is_none_is_told_whatever_stands_beside_it() -> None:
    """NaN is outside of all limits, and hides from the smallest and the largest of the others."""
    lines = [machine_line("M001", seq, at) for seq, at in enumerate(minutes(3), start=1)]
    columns = _columns(lines) | {"temp": [50.0, float("nan"), 60.0]}
    found = _read(_parquet(columns))
    assert _reasons(found) == [(2, "temp is nan, not from -60 to 500.")]
    assert found.rows["machine_telemetry"]["seq"].to_pylist() == [1, 3]
    assert sift_quickly(pa.table(columns), "plant1") is None


def test_values_within_values_do_not_end_the_program() -> None:
    """Deeper than Arrow's parser has stack for; the number of brackets is a message of 120 kB."""
    deep = json.dumps(machine_line("M001", 2, DAY))[:-1] + ', "x": ' + "[" * 60_000 + "]" * 60_000 + "}"
    content = as_object(machine_line("M001", 1, DAY), deep)
    assert parse_object(content).rows is None
    assert _reasons(_read(content)) == [(2, "The line is no JSON.")]


def _unfit(**columns: Any) -> bytes:
    return _parquet(_columns([machine_line("M001", 1, DAY)]) | columns)


def _twice() -> bytes:
    columns = _columns([machine_line("M001", 1, DAY)])
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_arrays([*columns.values(), pa.array([7.0])], [*columns, "temp"]), sink)
    return sink.getvalue()


def _of_version(version: str, line: dict[str, Any]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(_columns([line])).replace_schema_metadata({"schema_version": version}), sink)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (_unfit(line=[["fleet"]]), "line is list<element: string>, not string."),
        (_unfit(plant=[7]), "plant is int64, not string."),
        (_twice(), "There is more than one column `temp`."),
        (
            _of_version("two", machine_line("M001", 1, DAY)),
            "schema_version in the metadata is b'two', not a whole number.",
        ),
    ],
)
def test_a_file_that_nobody_can_understand_is_set_aside(content: bytes, reason: str) -> None:
    """It is told, and does not end the compaction of all the others."""
    assert _reasons(_read(content)) == [(None, f"The object cannot be read: {reason}")]
    assert parse_object(content).rows is None


def test_a_column_of_the_wrong_kind_refuses_the_file() -> None:
    """A temperature in words cannot be a number."""
    columns = _columns([machine_line("M001", 1, DAY)]) | {"temp": ["hot"]}
    found = _read(_parquet(columns))
    assert _reasons(found) == [(None, "The object cannot be read: temp is string, not double.")]


@pytest.mark.parametrize(("line", "reason"), BAD_LINES)
def test_the_quick_way_takes_no_object_with_a_bad_line(line: Any, reason: str) -> None:
    """It is as strict as the slow one, and leaves such objects to it."""
    parsed = parse_object(as_object(machine_line("M001", 5, DAY), line))
    assert reason
    assert parsed.rows is None or sift_quickly(parsed.rows, "plant1") is None


def test_the_quick_way_finds_what_the_slow_one_finds() -> None:
    """Of good objects: the same rows, types and unknown fields."""
    told = [machine_line("M001", seq, at, humidity=seq) for seq, at in enumerate(minutes(3), start=1)]
    content = as_object(*told, vehicle_line("VHC001", 1, DAY), machine_line("M001", 4, DAY, temp=None, rpm=0))
    parsed = parse_object(content)
    assert parsed.rows is not None
    quick, slow = sift_quickly(parsed.rows, "plant1"), read_object(content, "plant1")
    assert quick is not None
    assert quick.unknown == slow.unknown
    for name in ("machine_telemetry", "vehicle_telemetry"):
        assert quick.rows[name].schema.equals(slow.rows[name].schema)
        assert quick.rows[name].to_pylist() == slow.rows[name].to_pylist()


@pytest.mark.parametrize("text", ["2026-01-31T00:00:00", "2026-01-31T05:30:00.000+05:30", "2026-01-31T00:00:00.0000Z"])
def test_moments_are_read_alike_in_both_ways(text: str) -> None:
    """Other forms than the archive's own; without a zone it is UTC."""
    content = as_object(machine_line("M001", 1, DAY, timestamp=text))
    parsed = parse_object(content)
    ways = [read_object(content, "plant1")]
    if parsed.rows is not None and (quick := sift_quickly(parsed.rows, "plant1")) is not None:
        ways.append(quick)
    assert [one.rows["machine_telemetry"]["timestamp"].to_pylist() for one in ways] == [[DAY]] * len(ways)
