"""Tables follow the messages, and the page on the lake follows the tables."""

from pathlib import Path

from contracts.telemetry import MachineTelemetry, VehicleTelemetry
from contracts.truth import WearRow
from maintenance.lake.named import named_queries
from maintenance.lake.tables import MACHINE_TELEMETRY, TABLES, VEHICLE_TELEMETRY, WEAR

PAGE = (Path(__file__).parents[3] / "docs" / "lake.md").read_text()
ADDED = {"line", "received_at", "schema_version"}


def test_every_field_of_a_message_is_a_column() -> None:
    """And what the archive and compaction add to it."""
    for table, message in ((MACHINE_TELEMETRY, MachineTelemetry), (VEHICLE_TELEMETRY, VehicleTelemetry)):
        assert {column.name for column in table.columns} == set(message.model_fields) | ADDED


def test_a_column_is_required_where_the_message_requires_it() -> None:
    """A sensor may be silent; a name, a time and a number are always there."""
    required = {column.name for column in MACHINE_TELEMETRY.columns if column.required}
    needed = {name for name, field in MachineTelemetry.model_fields.items() if field.is_required()}
    assert required == needed | {"line", "schema_version"}
    assert {column.name for column in WEAR.columns if not column.required} == {
        name for name, field in WearRow.model_fields.items() if not field.is_required()
    }


def test_the_page_has_every_table_column_and_question() -> None:
    """The columns of machines one by one, in their order."""
    columns = " ".join(column.name for column in (*MACHINE_TELEMETRY.columns, *MACHINE_TELEMETRY.partitions))
    assert f"| `machine_telemetry` | a reading of a machine | `{columns}` |" in PAGE
    assert all(f"| `{table.name}` |" in PAGE for table in TABLES)
    assert all(f"| `{name}` |" in PAGE for name in named_queries())
