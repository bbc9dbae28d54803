"""The lake of a real factory: compacted while it is written, asked while it runs and when it is stopped."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from live_factory import PLANT, LiveFactory, wait_until

from maintenance.lake import open_lake

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

COUNTS = """
    SELECT device_id, run, count(*) AS n, max(seq) - min(seq) + 1 AS numbers
    FROM (SELECT device_id, run, seq FROM machine_telemetry UNION ALL SELECT device_id, run, seq FROM vehicle_telemetry)
    GROUP BY device_id, run ORDER BY device_id, run
"""


def _told(factory: LiveFactory, *words: str) -> Any:
    done = factory.command("lake", *words, "--data-dir", str(factory.data_dir), "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_tables_have_what_the_audit_finds(
    start_factory: Callable[..., LiveFactory], start_local_aws: Callable[..., Any]
) -> None:
    """Machines and vehicles, each message once: while the archive grows, after more has come, and in the end."""
    factory = start_factory("--machines", "5", "--vehicles", "2", "--seed", "7")
    wait_until("100 messages are archived", lambda: factory.archived() >= 100)
    first = _told(factory, "compact")
    assert (first["refused"], first["unreadable"], first["late"]) == (0, 0, 0)
    counts = _told(factory, "query", COUNTS)
    assert {row["device_id"] for row in counts} == {"M001", "M002", "M003", "M004", "M005", "VHC001", "VHC002"}
    assert all(row["n"] == row["numbers"] for row in counts)
    assert sum(row["n"] for row in counts) == first["rows"] - first["repeated"]

    before = factory.archived()
    wait_until("more is archived", lambda: factory.archived() >= before + 50)
    second = _told(factory, "compact")
    assert second["rows"] - second["repeated"] > 0
    factory.down()
    assert sum(row["n"] for row in _told(factory, "query", COUNTS)) == sum(
        told["rows"] - told["repeated"] for told in (first, second)
    )

    audit = factory.audit()
    local = start_local_aws(factory.data_dir / "aws")
    client = local.session().client("s3", endpoint_url=local.endpoint)
    lake = open_lake(f"s3://{PLANT.lake_bucket}", client)
    lake.compact()
    assert sum(lake.query(COUNTS)["n"].to_pylist()) == audit["archived"]
