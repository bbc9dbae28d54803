"""The smoke test's own judgement, with an engine and pages that play the factory."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from factory.compose import smoke
from factory.compose.smoke import Smoke
from factory.errors import LocalFactoryError

DIED = datetime(2026, 1, 31, 6, tzinfo=UTC)
WHOLE = {"machines": 3, "acknowledged": 90, "missing": 0, "repeated": 1, "undelivered_by_local_aws": 2}


class PlayedEngine:
    """Containers that are there at once, each simulator with the machines that the test gives it."""

    def __init__(self, parts: list[list[str]], audit: dict[str, Any]) -> None:
        self.parts, self.audit = parts, audit
        self.calls: list[tuple[str, ...]] = []

    def compose(self, *arguments: str, may_fail: bool = False) -> str:
        """Note the call; the audit tells its JSON."""
        self.calls.append(arguments)
        return "Creating network\n" + json.dumps(self.audit, indent=2) if may_fail else ""

    def containers(self, service: str) -> list[str]:
        """Their names."""
        return [f"{service}-{n}" for n in range(len(self.parts))] if service == "simulator" else [service]

    def python(self, container: str, _program: str) -> str:
        """The machines of a simulator."""
        return json.dumps(self.parts[int(container[-1])])

    def stop(self, containers: list[str]) -> None:
        """Note it."""
        self.calls.append(("stop", *containers))


class PlayedPages:
    """Prometheus scrapes three simulators."""

    def number(self, _expression: str) -> float:
        """Three."""
        return 3.0


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoke, "PAUSE_S", 0.0)
    monkeypatch.setattr(smoke, "CALM_S", 0.01)


def run_with(parts: list[list[str]], audit: dict[str, Any], devices: int = 3) -> Smoke:
    """A run on played containers, each machine a shard of its own."""
    services = ("simulator", "rules")
    return Smoke(PlayedEngine(parts, audit), PlayedPages(), services, devices, 1, print)  # type: ignore[arg-type]


def test_three_that_share_all_machines_are_right() -> None:
    """None twice, none missing."""
    assert run_with([["M001"], ["M002"], ["M003"]], WHOLE).several_simulators().startswith("1 + 1 + 1 machines")


@pytest.mark.parametrize(
    "parts",
    [
        [["M001"], ["M002"], ["M001"]],
        [["M001"], ["M002"], []],
        [["M001"], ["M002", "M003"]],
        [["M001"], ["M002"], ["M003", "M003"]],
    ],
)
def test_one_twice_or_missing_or_an_idle_simulator_is_told(
    parts: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are waited for, and then it is a failure."""
    run = run_with(parts, WHOLE)
    monkeypatch.setattr(run, "_wait", _at_once)

    with pytest.raises(LocalFactoryError, match="share 3 machines"):
        run.several_simulators()


def test_one_that_has_more_than_its_fair_part_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six shards are two for each of three simulators."""
    run = run_with([["M001", "M002", "M003", "M004"], ["M005"], ["M006"]], WHOLE, devices=6)
    monkeypatch.setattr(run, "_wait", _at_once)

    with pytest.raises(LocalFactoryError, match="share 6 machines, each 2 at most"):
        run.several_simulators()


def test_the_audit_is_told_of_the_crash() -> None:
    """What went down with the local AWS is counted and said."""
    run = run_with([["M001"]], WHOLE)
    run.crashes.append(DIED)

    assert run.nothing_lost().endswith("none missing, 1 repeated, 2 went down with the killed local AWS")
    assert "--aws-crash=2026-01-31T06:00:00+00:00" in run.engine.calls[-1]  # type: ignore[attr-defined]


@pytest.mark.parametrize("wrong", [{"missing": 1}, {"machines": 2}])
def test_a_loss_or_a_machine_that_never_spoke_is_a_failure(wrong: dict[str, int]) -> None:
    """With the audit's numbers."""
    with pytest.raises(LocalFactoryError, match="The audit: "):
        run_with([["M001"]], WHOLE | wrong).nothing_lost()


def _at_once(what: str, condition: Any, _patience_s: float = 0.0) -> None:
    if not condition():
        raise LocalFactoryError(f"Not so: {what}.")
