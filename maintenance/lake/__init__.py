"""The lake: what machines and vehicles told, as tables that answer questions.

::

    from maintenance.lake import open_lake

    lake = open_lake("history")                       # a folder, or s3://bucket/prefix
    lake.compact()                                    # raw/ and fleet/ -> curated/
    hot = lake.query("SELECT device_id, max(temp) AS hottest_c FROM machine_telemetry GROUP BY device_id")
"""

from maintenance.lake.lake import Lake, open_lake

__all__ = ["Lake", "open_lake"]
