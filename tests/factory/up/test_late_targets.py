"""When programs that train their models become targets of Prometheus."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from factory.up.late_targets import LateTarget
from factory.up.layout import Layout
from factory.up.options import UpOptions
from factory.up.ports import LISTENERS
from factory.up.tools import ToolTable


def test_it_is_told_once_and_not_before_it_serves() -> None:
    """While the model is trained nobody could answer a scrape; a server that dies later stays a target."""
    told: list[str] = []
    target = LateTarget(lambda: told.append("told"), due=1800)
    looks = []
    for now, serves in [(0, False), (1799, False), (1799.5, True), (1810, False), (4000, True)]:
        target.look(serves, now)
        looks.append(len(told))
    assert looks == [0, 0, 1, 1, 1]


def test_one_that_never_serves_is_told_in_the_end() -> None:
    """Else nobody would hear of a model that cannot be made."""
    told: list[str] = []
    target = LateTarget(lambda: told.append("told"), due=1800)
    target.look(serves=False, now=1800)
    assert told == ["told"]


def test_a_full_disk_is_tried_again() -> None:
    """It ends nothing, and the target is not forgotten."""
    answers = iter([OSError(28, "No space left on device"), None])
    told: list[str] = []

    def tell() -> None:
        if error := next(answers):
            raise error
        told.append("told")

    target = LateTarget(tell, due=1800)
    target.look(serves=True, now=1)
    assert not told
    target.look(serves=True, now=2)
    assert told == ["told"]


def test_the_file_that_prometheus_follows(up_options: Callable[..., UpOptions], tmp_path: Path) -> None:
    """Empty when Prometheus is started, whatever an earlier run left there; then the server's own address."""
    ports = {listener.key: listener.port for listener in LISTENERS} | {"model": 18080, "verdicts": 19102}
    options = up_options(ports=ports)
    tools = ToolTable(options, Layout(tmp_path), 1.0, {})
    targets = tmp_path / "prometheus" / "targets" / "model.json"
    tools.scrape("model")
    assert json.loads(targets.read_text()) == [{"targets": ["127.0.0.1:18080"]}]
    tools.make("prometheus", "/usr/bin/prometheus")
    assert json.loads(targets.read_text()) == []
    assert sorted(path.name for path in targets.parent.iterdir()) == ["model.json", "verdicts.json"]
