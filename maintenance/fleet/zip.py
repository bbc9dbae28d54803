"""The function's zip: what it imports of this project, and nothing of anybody else's.

The same source gives the same bytes, wherever and whenever it is built, so that a deployment changes the function only
when its code has changed.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

ENTRY = "maintenance.fleet.handler.handler"
RUNTIME = "python3.12"
FILES = (
    "contracts/__init__.py",
    "contracts/errors.py",
    "maintenance/__init__.py",
    "maintenance/errors.py",
    "maintenance/sentences.py",
    "maintenance/fleet/__init__.py",
    "maintenance/fleet/alerts.py",
    "maintenance/fleet/endpoint.py",
    "maintenance/fleet/events.py",
    "maintenance/fleet/handler.py",
    "maintenance/fleet/items.py",
    "maintenance/fleet/lines.py",
    "maintenance/fleet/pipeline.py",
    "maintenance/fleet/queues.py",
    "maintenance/fleet/readings.py",
    "maintenance/fleet/report.py",
    "maintenance/fleet/settings.py",
    "maintenance/fleet/table.py",
)
_ROOT = Path(__file__).parents[2]
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the zip format knows no earlier time


def function_zip() -> bytes:
    """The zip that Lambda gets."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in FILES:
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.external_attr = 0o644 << 16
            # Stored and not deflated: how well that works differs between versions of zlib, so that bytes would, too.
            archive.writestr(entry, (_ROOT / name).read_bytes(), compress_type=zipfile.ZIP_STORED)
    return packed.getvalue()
