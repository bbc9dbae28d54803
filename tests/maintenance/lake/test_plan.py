"""What there is to do for a day, from listings alone."""

from datetime import date

import pytest

from maintenance.errors import LakeError
from maintenance.lake.layout import PlantDay
from maintenance.lake.plan import DayWork, plan_day
from maintenance.lake.state import DayState, FileState, InputState
from maintenance.lake.stores import StoredObject
from maintenance.lake.tables import SCHEMA_VERSION

WHERE = PlantDay("p", date(2026, 1, 31))
FILES = [StoredObject("curated/f", 10, "v1")]


def _object(name: str, version: str = "1") -> StoredObject:
    return StoredObject(f"raw/plant=p/dt=2026-01-31/hour=00/{name}", 5, version)


def _state(*known: StoredObject, schema_version: int = SCHEMA_VERSION) -> DayState:
    return DayState(
        schema_version=schema_version,
        inputs={one.key: InputState(size=one.size, version=one.version, rows=1) for one in known},
        files={"machine_telemetry": FileState(key="curated/f", size=10, version="v1", sha256="", rows=1)},
    )


def _names(work: DayWork | None) -> list[str]:
    assert work is not None
    return sorted(key.rpartition("/")[2] for key in work.read)


def test_a_day_that_is_not_known_is_read() -> None:
    """All of it; what a lost state had written is merged, not thrown away."""
    work = plan_day(WHERE, [_object("a"), _object("b")], None, [])
    assert _names(work) == ["a", "b"]
    assert work is not None
    assert not work.rebuild


def test_a_day_that_has_everything_is_left_alone() -> None:
    """No new object, the files are those that were written."""
    assert plan_day(WHERE, [_object("a")], _state(_object("a")), FILES) is None


def test_only_what_is_new_is_read() -> None:
    """The others stay known."""
    work = plan_day(WHERE, [_object("a"), _object("b")], _state(_object("a")), FILES)
    assert _names(work) == ["b"]
    assert work is not None
    assert list(work.state.inputs) == [_object("a").key]


@pytest.mark.parametrize("files", [[], [StoredObject("curated/f", 10, "v2")]], ids=["gone", "another"])
def test_files_that_are_not_those_of_the_state_make_it_worthless(files: list[StoredObject]) -> None:
    """All is read again, and merged into what is there."""
    work = plan_day(WHERE, [_object("a")], _state(_object("a")), files)
    assert _names(work) == ["a"]
    assert work is not None
    assert not work.rebuild


def test_a_replaced_object_begins_the_day_from_nothing() -> None:
    """Its old rows must go, and one cannot tell which they are."""
    work = plan_day(WHERE, [_object("a", "2"), _object("b")], _state(_object("a"), _object("b")), FILES)
    assert _names(work) == ["a", "b"]
    assert work is not None
    assert work.rebuild


def test_replaced_and_gone_objects_are_a_question() -> None:
    """Unless the caller has decided."""
    state = _state(_object("a"), _object("b"))
    with pytest.raises(LakeError, match="1 of its objects were replaced and 1 are gone"):
        plan_day(WHERE, [_object("a", "2")], state, FILES)
    assert _names(plan_day(WHERE, [_object("a", "2")], state, FILES, rebuild=True)) == ["a"]


def test_files_with_older_columns_are_written_anew() -> None:
    """Though there is nothing to read."""
    work = plan_day(WHERE, [_object("a")], _state(_object("a"), schema_version=SCHEMA_VERSION - 1), FILES)
    assert _names(work) == []
    assert work is not None
    assert work.rewrite
