"""How kinds of fault are found."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from contracts.nameplates import NAMEPLATES
from contracts.telemetry import Signal, VehicleSignal
from simulator.errors import FaultError
from simulator.faults import FAULTS, FaultBoard, FaultRequest, kinds
from simulator.faults.registry import discover
from simulator.randomness import Randomness

NEWCOMER = """
from simulator.faults.definition import NoParameters, SensorFault

FROZEN = SensorFault(
    kind="frozen", label="Frozen", documentation="It is cold.", recovery="At once.", parameters=NoParameters,
    example={}, effect=lambda reading, _: reading.value - 100,
)
"""


@pytest.fixture
def make_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., ModuleType]:
    """A package of kinds with the texts of its modules."""

    def make(**modules: str) -> ModuleType:
        package = tmp_path / "more_kinds"
        package.mkdir()
        for name, text in {"__init__": "", **modules}.items():
            (package / f"{name}.py").write_text(text)
        monkeypatch.syspath_prepend(tmp_path)
        for name in [name for name in sys.modules if name.partition(".")[0] == "more_kinds"]:
            monkeypatch.delitem(sys.modules, name)
        importlib.invalidate_caches()
        return importlib.import_module("more_kinds")

    return make


def test_every_module_is_a_kind() -> None:
    """The kinds are the modules, no more and no less, and families stand together."""
    families = [definition.family for definition in FAULTS.values()]

    assert set(FAULTS) == {module.name for module in pkgutil.iter_modules(kinds.__path__)}
    assert families == sorted(families, key=["sensor", "process", "message", "network"].index)


def test_a_newcomer_needs_one_file(make_package: Callable[..., ModuleType], monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is found by its name, and requests know it at once."""
    found = discover(make_package(frozen=NEWCOMER))
    monkeypatch.setitem(FAULTS, "frozen", found["frozen"])

    assert list(found) == ["frozen"]
    assert FaultRequest(kind="frozen", target="M001", signal="temp").definition.label == "Frozen"


@pytest.mark.parametrize(
    ("modules", "told"),
    [
        ({"thawed": NEWCOMER}, "the kind 'thawed'; it defines 'frozen'"),
        ({"empty": ""}, "the kind 'empty'; it defines none"),
        ({"frozen": NEWCOMER + "\nTWICE = FROZEN"}, "the kind 'frozen'; it defines 'frozen', 'frozen'"),
    ],
)
def test_a_wrong_module_is_refused(make_package: Callable[..., ModuleType], modules: dict[str, str], told: str) -> None:
    """A module that defines none, many, or another kind than its name says, is told with file and kinds."""
    with pytest.raises(TypeError, match=told):
        discover(make_package(**modules))


def test_schema_lists_kinds_and_parameters() -> None:
    """The JSON schema of a request has the kinds as an enum, and for each the parameters it takes."""
    schema = FaultRequest.model_json_schema()
    branches = {one["if"]["properties"]["kind"]["const"]: one["then"]["properties"] for one in schema["allOf"]}

    assert schema["properties"]["kind"]["enum"] == list(FAULTS) == list(branches)
    assert branches["drift"]["parameters"]["required"] == ["rate_per_min"]


def test_a_board_may_have_other_signals(make_identities: Callable[..., list]) -> None:
    """What measures speed and fuel has faults of those, and neither a temperature that drifts nor a hall."""
    identities, at = make_identities(3), datetime(2026, 1, 2, tzinfo=UTC)
    board = FaultBoard(
        identities,
        Randomness(1, [one.device_id for one in identities]),
        Randomness(1, [one.plant for one in identities]),
        tuple(VehicleSignal),
    )
    stuck = {"kind": "stuck", "target": "M001"}

    assert len(board.inject(FaultRequest(signal="speed_kmph", **stuck), at, "injected")) == 1
    with pytest.raises(FaultError, match="'M001' has no sensor for temp"):
        board.inject(FaultRequest(signal=Signal.TEMP, **stuck), at, "injected")
    imbalance = FaultRequest(kind="imbalance", target="M001", parameters={"magnitude_mm_s": 3})
    with pytest.raises(FaultError, match="'M001' has nothing on which imbalance would show"):
        board.inject(imbalance, at, "injected")
    assert not board.concerns(imbalance)


def test_kinds_of_some_models_refuse_others(make_board: Callable[..., FaultBoard]) -> None:
    """A pump's fault hits the pumps of a target; where there is none, a sentence says whose fault it is."""
    board, at = make_board(10), datetime(2026, 1, 2, tzinfo=UTC)
    cavitation = {"kind": "cavitation", "parameters": {"magnitude_mm_s": 3}}
    hit = board.inject(FaultRequest(target="line1", **cavitation), at, "injected")

    assert [fault.device_id for fault in hit] == ["M002", f"M{2 + len(NAMEPLATES):03d}"]  # models in turn
    with pytest.raises(FaultError, match=r"no fault of 'M001', which is cnc_mill\. It happens to centrifugal_pump"):
        board.inject(FaultRequest(target="M001", **cavitation), at, "injected")
