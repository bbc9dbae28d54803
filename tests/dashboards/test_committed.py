from __future__ import annotations

import pytest

from dashboards import committed
from dashboards.errors import StaleFilesError


def test_committed_files_are_what_the_code_renders():
    """Run `factory dashboards generate` after a change."""
    assert committed.stale() == []


def test_writing_repairs_what_differs(tmp_path):
    """A changed file, a missing one and one left over are found, and mended by writing."""
    committed.write(tmp_path)
    (tmp_path / "prometheus" / "prometheus.yml").write_text("changed")
    (tmp_path / "grafana" / "grafana.ini").unlink()
    (tmp_path / "left.json").write_text("{}")
    with pytest.raises(StaleFilesError, match=r"3 generated files out of date: grafana/grafana\.ini, left\.json"):
        committed.check(tmp_path)
    assert committed.write(tmp_path) == ["grafana/grafana.ini", "left.json", "prometheus/prometheus.yml"]
    committed.check(tmp_path)
