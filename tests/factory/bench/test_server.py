"""`factory bench server` measures the real program."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from factory.commands.bench import bench
from maintenance.fleet_model import Readings, Settings, fleet_card, train
from maintenance.models import Artifact, save


@pytest.fixture
def model_dir(tmp_path: Path) -> Path:
    """A model that has learnt that hot engines are due."""
    number = np.repeat(np.arange(12), 30)
    due = number % 2 == 1
    columns = np.tile([1.77e9, 50.0, 80.0, 90.0, 12.4, 79.9, 1000.0], (len(number), 1))
    columns[:, 3] += 10.0 * due + np.random.default_rng(1).normal(size=len(number))
    readings = Readings(number.astype(str), columns, due, due, "0" * 64)
    settings = Settings(trees=5, readings_in_leaf=10)
    card = fleet_card(readings, settings, [], description="Twelve vehicles.", seeds=[], scenario="")
    save(Artifact(card, train(readings, settings)), tmp_path / "fleet")
    return tmp_path / "fleet"


@pytest.mark.e2e
def test_the_server_is_measured_and_written_down(model_dir: Path, tmp_path: Path) -> None:
    """Every figure is one; its section is on the page."""
    page = tmp_path / "page.md"
    call = ["server", "--model", str(model_dir), "--requests", "20", "--batch", "50", "--seconds", "0.1"]
    done = CliRunner().invoke(bench, [*call, "--json", "--write", str(page)], catch_exceptions=False)
    told = json.loads(done.output)
    assert told["requests"] == 20
    assert 0 < told["median_ms"] <= told["p99_ms"]
    assert min(told["rows_per_s"], told["sentences_per_s"], told["alone_rows_per_s"]) > 0
    assert "## Model server" in page.read_text()
