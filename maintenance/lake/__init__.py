"""The lake: what machines and vehicles told, as tables that answer questions.

::

    from maintenance.lake import open_lake

    lake = open_lake("history")                       # a folder, or s3://bucket/prefix
    lake.compact()                                    # raw/ and fleet/ -> curated/
    hot = lake.query("SELECT device_id, max(temp) AS hottest_c FROM machine_telemetry GROUP BY device_id")

Read `tables.py` first, then `layout.py`, `compaction.py` and `lake.py`.
"""

from maintenance.lake.compaction import Compaction
from maintenance.lake.lake import Lake, open_lake
from maintenance.lake.planning import Selection
from maintenance.lake.report import CompactionReport

__all__ = ["Compaction", "CompactionReport", "Lake", "Selection", "open_lake"]
