"""What the tests of `factory up` share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from factory.up.options import UpOptions
from factory.up.ports import LISTENERS


@pytest.fixture
def up_options(tmp_path: Path) -> Callable[..., UpOptions]:
    """Options of a `factory up` of one machine in the test's directory; what is given takes the place of the usual."""

    def options(**given: Any) -> UpOptions:
        usual: dict[str, Any] = {
            "data_dir": tmp_path,
            "machines": 1,
            "scenario": None,
            "seed": None,
            "interval_s": None,
            "for_s": None,
            "plant": "plant1",
            "host": "127.0.0.1",
            "ports": {listener.key: listener.port for listener in LISTENERS},
        }
        return UpOptions(**(usual | given))

    return options
