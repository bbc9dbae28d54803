"""Verdicts on a running plant, by the real programs."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from live_factory import PLANT, LiveFactory, wait_until
from recorded_calls import unwritten

from factory.local_aws.calls import FILE as CALLS

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

# What a user would write to have verdicts somewhere else: each goes into an object of its own.
HEARD = {
    "ruleName": "hear_verdicts",
    "topicRulePayload": {
        "sql": "SELECT *, topic(3) AS line FROM 'factory/plant1/+/+/verdict'",
        "awsIotSqlVersion": "2016-03-23",
        "ruleDisabled": False,
        "actions": [
            {
                "s3": {
                    "roleArn": PLANT.role_arn("heard"),
                    "bucketName": PLANT.lake_bucket,
                    "key": "heard/${topic(4)}/${newuuid()}.json",
                }
            }
        ],
    },
}


@pytest.fixture(scope="module")
def factory(plants: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveFactory]:
    """A life test that plays an hour a second, judged by small models; a rule keeps each verdict."""
    folder = tmp_path_factory.mktemp("verdicts")
    rules = folder / "rules"
    rules.mkdir()
    (rules / "hear_verdicts.json").write_text(json.dumps(HEARD))
    words = "--machines 8 --scenario bearing-run-to-failure --speed 3600 --no-fleet --verdicts"
    models = ["--models", str(plants.directory), "--rules", str(rules)]
    live = LiveFactory(folder / "var", [*words.split(), *models])
    live.up()
    yield live
    live.down()


def metrics(live: LiveFactory) -> dict[str, float]:
    """The verdict job's own numbers."""
    text = httpx.get(live.url("verdicts", "/metrics")).text
    pairs = [line.rsplit(" ", 1) for line in text.splitlines() if line.startswith("verdicts_")]
    return {name: float(value) for name, value in pairs}


def heard(live: LiveFactory) -> list[dict[str, Any]]:
    """What the rule heard."""
    s3 = live.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=PLANT.lake_bucket, Prefix="heard/")
    keys = [one["Key"] for page in pages for one in page.get("Contents", [])]
    return [json.loads(s3.get_object(Bucket=PLANT.lake_bucket, Key=key)["Body"].read()) for key in keys]


def job(live: LiveFactory) -> psutil.Process:
    """The process of the verdict job."""
    [pid] = [one["pid"] for one in live.status()["programs"] if one["name"] == "verdicts"]
    return psutil.Process(pid)


def test_each_machine_is_judged_each_hour_also_over_a_kill(factory: LiveFactory) -> None:
    """Rules on the plant's topics hear verdicts on all machines; killed in between, the job leaves no hour out."""
    wait_until("ten hours are judged", lambda: metrics(factory)["verdicts_hours_judged_total"] >= 10, 120)
    job(factory).kill()
    time.sleep(3)
    wait_until("twenty more are judged", lambda: metrics(factory).get("verdicts_hours_judged_total", 0) >= 20, 120)
    told = [one for one in heard(factory) if one["complete"]]

    by_machine: dict[str, set[datetime]] = {}
    for one in told:
        by_machine.setdefault(one["device_id"], set()).add(datetime.fromisoformat(one["timestamp"]))
    assert len(by_machine) == 8
    for name, moments in by_machine.items():
        assert max(moments) - min(moments) >= timedelta(hours=20), name
    # A machine that stands for a repair is not judged; all eight do not stand at a time.
    judged = sorted(set.union(*by_machine.values()))
    assert {after - before for before, after in pairwise(judged)} == {timedelta(hours=1)}
    repeated = Counter((one["device_id"], one["timestamp"]) for one in told)
    # Of the hour that was under way when it was killed verdicts may be there twice.
    assert sum(count > 1 for count in repeated.values()) <= 8
    assert {one["line"] for one in told} == {"line1"}


def test_the_job_made_no_call_that_is_not_written_down(factory: LiveFactory) -> None:
    """Its role on AWS is held against those: see `tests/stand_ins/recorded_calls.py`."""
    assert unwritten(factory.data_dir / "aws" / CALLS) == []


def test_the_user_sees_them(factory: LiveFactory) -> None:
    """`factory verdicts` tells the last verdict on each machine, and Prometheus has them."""
    done = factory.command("verdicts", "--data-dir", str(factory.data_dir), "--json")
    told = json.loads(done.stdout)["verdicts"]
    table = factory.command("verdicts", "--data-dir", str(factory.data_dir), "M001").stdout

    assert {one["device_id"] for one in told} == {f"M00{number}" for number in range(1, 9)}
    assert "M001" in table
    assert "M002" not in table

    def asked() -> list[Any]:
        answer = httpx.get(
            factory.url("prometheus", "/api/v1/query"), params={"query": 'verdict_failure_probability{plant="plant1"}'}
        )
        return list(answer.json()["data"]["result"])

    found = wait_until("Prometheus has a verdict on each machine", lambda: len(asked()) == 8 and asked(), 60)
    assert all(0.0 <= float(one["value"][1]) <= 1.0 for one in found)


def test_it_stops_in_order(factory: LiveFactory) -> None:
    """With the factory, and its last words are no failure."""
    process = job(factory)
    factory.down()

    assert not process.is_running()
    log = Path(factory.data_dir, "logs", "verdicts.log").read_text()
    assert "Traceback" not in log
