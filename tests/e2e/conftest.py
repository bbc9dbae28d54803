"""Fixtures of the end-to-end tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from live_factory import LiveFactory


def needed_programs() -> list[str]:
    """Programs that must be installed and are not."""
    alertmanager = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
    return [
        name for name, path in (("prometheus", shutil.which("prometheus")), ("alertmanager", alertmanager)) if not path
    ]


@pytest.fixture(scope="module")
def start_factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., LiveFactory]]:
    """Starts factories that are stopped when the module's tests are over."""
    if missing := needed_programs():
        pytest.skip(f"not installed: {', '.join(missing)} (make setup installs them)")
    started: list[LiveFactory] = []

    def start(*arguments: str) -> LiveFactory:
        live = LiveFactory(tmp_path_factory.mktemp("factory") / "var", arguments)
        started.append(live)
        live.up()
        return live

    yield start
    for live in started:
        live.down()
