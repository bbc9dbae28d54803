"""`factory provision` as it is typed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from contracts.resources import REGION
from factory.cli import run
from factory.commands.provision import Start, _request, provision

SIX = datetime(2026, 1, 31, 6, tzinfo=UTC)
OPTIONS = [one.name for one in provision.params]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Missing option '--machines'"),
        (["--machines", "x"], "'x' is not a valid integer"),
        (["--machines", "-1"], "-1 is not in the range"),
        (["--machines", "3", "--device", "foo"], "--device 'foo' is not a device"),
        (["--machines", "3", "--device", "A1:l:lathe"], "'lathe' is not a machine model"),
        (["--machines", "3", "--device", "M001:l:replay"], "M001 is a numbered machine's name"),
        (["--machines", "3", "--plant", "a/b"], "--plant 'a/b' cannot be used"),
        (["--machines", "3", "--region", "mars"], "--region 'mars' cannot be used"),
        (["--machines", "3", "--endpoint-url", "here"], "--endpoint-url 'here' cannot be used"),
        (["--machines", "3", "--interval", "0"], "0.0 is not in the range"),
        (["--machines", "3", "--speed", "0.5"], "0.5 is not in the range"),
        (["--machines", "3", "--start", "tomorrow"], "'tomorrow' is not a moment"),
        (["--machines", "3", "--start", "2999-01-31T06:00"], "--start 2999-01-31T06:00:00Z is still to come"),
        (["--machines", "3", "--issuer", "me"], "'me' is not one of"),
        (["--machines", "3", "--scenario", "nope"], "'nope'"),
        (["--machines", "3", "--smtp-username", "me"], "Add --smtp-host"),
        (["--machines", "3", "--profile", "nobody-has-this"], "nobody-has-this"),
    ],
)
def test_a_wrong_call_is_two_lines_and_status_2(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong, and what would be right; AWS is not asked."""
    assert run(["provision", *arguments]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) <= 2
    assert told in "\n".join(lines)


@pytest.mark.e2e
def test_a_plant_on_the_local_aws(local_aws: Any, tmp_path: Path) -> None:
    """The plan first, then the result; the second time everything is there; the keys of programs are in their files."""
    # The root's key is read from the data directory that the local AWS belongs to.
    (tmp_path / "aws").symlink_to(local_aws.data_dir)
    call = ["--machines", "4", "--plant", "typed", "--endpoint-url", local_aws.endpoint, "--data-dir", str(tmp_path)]
    only = CliRunner().invoke(provision, [*call, "--plan-only", "--json"])
    assert {"act": "create", "what": "identities", "name": "shard-0000: 4"} in json.loads(only.stdout)["plan"]
    first = CliRunner().invoke(provision, [*call, "--json"])
    told = json.loads(first.stdout)
    assert (told["machines"], told["shards"]) == (4, {"shard-0000": 4, "rules-engine": 1})
    assert told["created"] > 4
    assert json.loads(CliRunner().invoke(provision, [*call, "--json"]).stdout)["created"] == 0
    assert sorted(path.stem for path in (tmp_path / "credentials").iterdir()) == told["programs"]
    assert "secret" not in first.stdout.replace("smtp_secret", "")


@pytest.mark.parametrize(
    ("options", "epoch", "speed"),
    [
        ({}, None, None),
        ({"start": SIX}, SIX, None),
        ({"start": SIX, "speed": 24.0}, SIX, 24.0),
        ({"start": SIX, "scenario": "calm"}, SIX, None),
    ],
)
def test_a_plant_begins_when_it_is_told(options: dict[str, Any], epoch: Any, speed: Any) -> None:
    """What is not said stays as it was."""
    request = _request(3, 0, "plant1", dict.fromkeys(OPTIONS) | {"devices": (), "region": REGION} | options)

    assert (request.started_at, request.speed) == (epoch, speed)


@pytest.mark.parametrize("change", [{"speed": 24.0}, {"scenario": "drift"}])
def test_another_speed_or_scenario_begins_anew(change: dict[str, Any]) -> None:
    """From the old epoch the time would jump, and the scenario might be over."""
    before = datetime.now(UTC)
    request = _request(3, 0, "plant1", dict.fromkeys(OPTIONS) | {"devices": (), "region": REGION} | change)

    assert before <= request.started_at <= datetime.now(UTC)


@pytest.mark.parametrize("change", [{"speed": 24.0}, {"scenario": "drift"}])
def test_a_plant_that_keeps_its_beginning_does_not_begin_anew(change: dict[str, Any]) -> None:
    """In containers the provisioner runs at each start, with the same scenario, while others may be playing it."""
    given = dict.fromkeys(OPTIONS) | {"devices": (), "region": REGION, "start": "keep"} | change

    assert _request(3, 0, "plant1", given).started_at is None


def test_keep_is_a_start() -> None:
    """Beside now and a moment."""
    assert run(["provision", "--machines", "3", "--start", "keep", "--region", "mars"]) == 2
    assert Start().convert("keep", None, None) == "keep"
    assert Start().convert("2026-01-31T06:00", None, None) == SIX
