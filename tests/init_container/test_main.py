"""`python -m init_container` as a program, against the local AWS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contracts.identity import ENGINE_SHARD, Manifest
from factory.provision import Provisioned, ProvisionRequest, provision

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parents[2]
REFUSALS = [
    {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
    {"INIT_BUCKET": "smart-factory-nowhere"},
    {"AWS_ACCESS_KEY_ID": "AKIAX"},
]


@pytest.fixture(scope="module")
def plant(local_aws: Any) -> Provisioned:
    """Five machines of a plant of its own."""
    return provision(ProvisionRequest(plant="init", machines=5, endpoint_url=local_aws.endpoint), local_aws.session())


def start(
    local_aws: Any, plant: Provisioned, program: str, target: Path, **settings: str
) -> tuple[int, list[dict[str, Any]]]:
    """Exit status and log lines of a run with a program's own key."""
    key = plant.credentials[program]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_ENDPOINT_URL": local_aws.endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ACCESS_KEY_ID": key.access_key_id,
        "AWS_SECRET_ACCESS_KEY": key.secret_access_key,
        "INIT_BUCKET": plant.names.identities_bucket,
        "INIT_TARGET_DIR": str(target),
        "INIT_ATTEMPTS": "2",
    }
    # Root may write anywhere: whether the modes stand in the way shows only without root's capabilities.
    powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    ended = subprocess.run(
        [*powerless, sys.executable, "-m", "init_container"],
        env=environment | settings,
        cwd="/",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.stdout == ""
    return ended.returncode, [json.loads(line) for line in ended.stderr.splitlines()]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A directory that is not there yet."""
    return tmp_path / "identities"


def test_it_lays_down_all_machines_and_then_changes_nothing(local_aws: Any, plant: Provisioned, target: Path) -> None:
    """Without being root, and again although its directories are not writable."""
    status, lines = start(local_aws, plant, "init-simulator", target)
    assert (status, lines[-1]["event"]) == (0, "done")
    manifest = Manifest.model_validate_json((target / "shard-0000/manifest.json").read_bytes())
    assert [one.device_id for one in manifest.identities] == ["M001", "M002", "M003", "M004", "M005"]
    status, lines = start(local_aws, plant, "init-simulator", target)
    assert (status, lines[-1]["event"]) == (0, "done, nothing changed")


def test_the_engines_own_identity(local_aws: Any, plant: Provisioned, target: Path) -> None:
    """With the engine's init container's own rights."""
    status, _ = start(local_aws, plant, "init-rules", target, INIT_SHARDS=ENGINE_SHARD)
    assert status == 0
    assert (target / ENGINE_SHARD / "identities/rules-engine.key.pem").exists()


def test_a_secret_without_identities(local_aws: Any, plant: Provisioned, target: Path) -> None:
    """For a program that sends mail."""
    status, _ = start(local_aws, plant, "init-mail", target, INIT_SHARDS="none", INIT_SECRET_ID=plant.names.smtp_secret)
    assert status == 0
    assert json.loads((target / "secrets/smtp.json").read_text())["port"] == 1025


@pytest.mark.parametrize(
    "settings",
    [{"INIT_SHARDS": "shard-x"}, {"INIT_ATTEMPTS": "many"}, {"AWS_ENDPOINT_URL": "no address"}, {"INIT_BUCKET": ""}],
)
def test_wrong_settings_are_status_2(
    local_aws: Any, plant: Provisioned, target: Path, settings: dict[str, str]
) -> None:
    """One line that says which."""
    status, lines = start(local_aws, plant, "init-simulator", target, **settings)
    assert (status, len(lines), lines[0]["exit_status"]) == (2, 1, 2)


@pytest.mark.parametrize("settings", REFUSALS)
def test_aws_away_or_refusing_is_status_3(
    local_aws: Any, plant: Provisioned, target: Path, settings: dict[str, str]
) -> None:
    """After the attempts that were set."""
    status, lines = start(local_aws, plant, "init-simulator", target, **settings)
    assert (status, [line["event"] for line in lines]) == (3, ["retry", "failed"])
    assert not target.exists()


def test_anothers_shard_is_refused(local_aws: Any, plant: Provisioned, target: Path) -> None:
    """The machines' init container has no right to the engine's identity."""
    status, lines = start(local_aws, plant, "init-simulator", target, INIT_SHARDS=ENGINE_SHARD)
    assert status == 3
    assert "AccessDenied" in lines[-1]["error"]


def test_a_changed_bundle_is_status_4_and_the_target_stays(local_aws: Any, plant: Provisioned, target: Path) -> None:
    """What was laid down before is as it was."""
    start(local_aws, plant, "init-rules", target, INIT_SHARDS=ENGINE_SHARD)
    before = (target / ENGINE_SHARD / "manifest.json").read_bytes()
    s3 = local_aws.session().client("s3", endpoint_url=local_aws.endpoint)
    place = {"Bucket": plant.names.identities_bucket, "Key": f"{ENGINE_SHARD}/bundle.enc"}
    good = s3.get_object(**place)["Body"].read()
    s3.put_object(**place, Body=good[:-1] + bytes([good[-1] ^ 1]))
    try:
        status, lines = start(local_aws, plant, "init-rules", target, INIT_SHARDS=ENGINE_SHARD)
    finally:
        s3.put_object(**place, Body=good)
    assert (status, lines[-1]["exit_status"]) == (4, 4)
    assert (target / ENGINE_SHARD / "manifest.json").read_bytes() == before
