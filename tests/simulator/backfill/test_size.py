"""What is foreseen is a little more than what is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.backfill import BackfillRequest, backfill
from simulator.backfill.size import expected_bytes


@pytest.mark.parametrize(
    "options", [{}, {"file_format": "jsonl"}, {"openmetrics": True}], ids=["parquet", "jsonl", "openmetrics"]
)
@pytest.mark.parametrize("members", [{"machines": 50}, {"machines": 0, "vehicles": 50}], ids=["machines", "vehicles"])
def test_enough_is_foreseen(
    make_request: Callable[..., BackfillRequest], tmp_path: Path, options: dict[str, Any], members: dict[str, int]
) -> None:
    """Six hours of fifty, a reading a minute: never less than there is, and not twice as much."""
    request = make_request(**members, hours=6, interval_s=60, **options)
    made, _ = backfill(request, str(tmp_path))
    written = sum(file.size for file in made.files.values())

    assert written <= expected_bytes(request) <= 2 * written
