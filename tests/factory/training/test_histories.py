"""Histories of vehicles by recipe."""

from __future__ import annotations

from pathlib import Path

import pytest

from factory.cli import run
from factory.training import histories
from factory.training.histories import EVALUATION, QUICK_EVALUATION, QUICK_TRAINING, TRAINING, FleetHistory, play
from maintenance.fleet_model import read_history
from maintenance.fleet_model.readings import HistoryFolder

SMALL = FleetHistory("fleet-wear", 5, "2026-01-14", 6, days=0.1)


@pytest.mark.parametrize(("learnt", "judged"), [(TRAINING, EVALUATION), (QUICK_TRAINING, QUICK_EVALUATION)])
def test_no_fleet_is_learnt_from_and_judged_by(
    learnt: tuple[FleetHistory, ...], judged: tuple[FleetHistory, ...]
) -> None:
    """Neither by seed nor by day, and each fleet has a seed of its own."""
    seeds = [history.seed for history in (*learnt, *judged)]
    days = [history.start for history in (*learnt, *judged)]
    assert len(set(seeds)) == len(seeds)
    assert len(set(days)) == len(days)


def test_a_played_fleet_is_what_its_command_writes(tmp_path: Path) -> None:
    """Whoever types it gets the same readings."""
    words = SMALL.command.split()
    assert run([*words[1:], "--out", str(tmp_path / "out"), "--json"]) == 0
    typed = read_history(HistoryFolder(tmp_path / "out"), SMALL.name)
    assert play([SMALL])[SMALL].digest == typed.digest


def test_a_recipe_is_known_by_its_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any change of it is another."""
    before = histories.recipe_digest([SMALL])
    assert histories.recipe_digest([SMALL]) == before
    assert histories.recipe_digest([FleetHistory("fleet-wear", 6, "2026-01-14", 6, days=0.1)]) != before
    monkeypatch.setattr(histories, "WEAR_EVERY_S", 1200.0)
    assert histories.recipe_digest([SMALL]) != before
