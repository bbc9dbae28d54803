"""`factory train fleet`, `factory evaluate fleet` and `factory models` as they are typed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from factory.cli import run
from factory.commands import evaluate_fleet, train_fleet
from factory.training.histories import FleetHistory

LEARNT = (
    FleetHistory("fleet-wear", 11, "2026-01-14", 30, days=0.3),
    FleetHistory("calm", 12, "2026-02-18", 30, days=0.3),
)
JUDGED = (
    FleetHistory("fleet-wear", 21, "2026-03-11", 30, days=0.3),
    FleetHistory("calm", 22, "2026-06-17", 30, days=0.3),
)


@pytest.fixture(scope="module", autouse=True)
def small_recipes() -> Iterator[None]:
    """Recipes of few vehicles."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train_fleet, "QUICK_TRAINING", LEARNT)
        patch.setattr(train_fleet, "QUICK_EVALUATION", JUDGED)
        patch.setattr(evaluate_fleet, "QUICK_EVALUATION", JUDGED)
        yield


@pytest.fixture(scope="module")
def models_dir(small_recipes: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a trained model in it."""
    models_dir = tmp_path_factory.mktemp("models")
    assert run(["train", "fleet", "--quick", "--out", str(models_dir / "fleet"), "--json"]) == 0
    return models_dir


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """What a command says as JSON."""
    assert run([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_model_is_trained_judged_listed_and_shown(models_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same version and score everywhere."""
    listed = told(capsys, "models", "list", "--models-dir", str(models_dir))
    judged = told(capsys, "evaluate", "fleet", "--quick", "--model", str(models_dir / "fleet"))
    shown = told(capsys, "models", "show", "fleet", "--models-dir", str(models_dir))
    assert listed[0]["version"] == judged["version"] == shown["version"]
    score = judged["scores"][0]["average_precision"]
    assert shown["metrics"][0]["value"] == pytest.approx(score["value"])
    assert score["low"] < score["value"] < score["high"]
    assert 0 < judged["scores"][0]["ceiling"]["value"] <= 1


def test_people_are_told_in_words(models_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What it is for, how good it is, and when not to trust it."""
    assert run(["models", "list", "--models-dir", str(models_dir)]) == 0
    assert "average_precision" in capsys.readouterr().out
    assert run(["models", "show", "fleet", "--models-dir", str(models_dir)]) == 0
    shown = capsys.readouterr().out
    for part in (
        "Features:",
        "engine_temp_c [°C]",
        "Baseline engine_temp_c:",
        "When not to trust it:",
        "seeds 11, 12.",
    ):
        assert part in shown


def test_an_evaluation_has_its_section_of_a_page(
    models_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the command that made it."""
    page = tmp_path / "page.md"
    assert run(["evaluate", "fleet", "--quick", "--model", str(models_dir / "fleet"), "--write", str(page)]) == 0
    written = page.read_text()
    assert "## The fleet's model" in written
    assert "`factory evaluate fleet --model" in written
    assert "| unattended fleet, all readings | 30 | 1,320 |" in written  # 30 vehicles, 7.2 h, a look each 10 min


def test_vehicles_of_the_training_are_not_judged_by(models_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A score on them would be none."""
    assert run(["evaluate", "fleet", "--quick", "--seed", "11", "--model", str(models_dir / "fleet")]) == 2
    assert "The model was trained on fleets of seed 11, 12. " in capsys.readouterr().err.replace("\n", " ")


def test_a_lake_is_learnt_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A quarter of its vehicles and the last third of its time are kept apart."""
    history = FleetHistory("fleet-wear", 31, "2026-01-14", 60, days=0.5)
    assert run([*history.command.split()[1:], "--out", str(tmp_path / "lake"), "--json"]) == 0
    capsys.readouterr()
    made = told(capsys, "train", "fleet", "--quick", "--lake", str(tmp_path / "lake"), "--out", str(tmp_path / "fleet"))
    assert made["scores"][0]["on"] == "vehicles kept apart, engine warm"
    card = json.loads((tmp_path / "fleet/card.json").read_text())
    assert card["trained_on"]["devices"] + made["scores"][1]["vehicles"] == 60


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("models show fleet", "has no model 'fleet'"),
        ("models publish fleet", "has no model 'fleet'"),
        ("evaluate fleet --model nowhere", "nowhere has no model"),
        ("train fleet --lake empty", "it has no vehicles"),
        ("train fleet --seed -1", "-1 is not in the range"),
        ("evaluate nothing", "No such command 'nothing'"),
        ("train", "a command is missing"),
    ],
)
def test_a_wrong_call_is_two_lines_and_status_2(
    words: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong, and what would be right."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty/fleet").mkdir(parents=True)
    assert run(words.split()) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) <= 2
    assert said in " ".join(lines)


@pytest.fixture
def s3(mocked_account: None) -> Any:
    """An account with the bucket of plant1's models."""
    client = boto3.client("s3")
    client.create_bucket(Bucket="smart-factory-plant1-models-123456789012")
    return client


def test_a_model_is_published_into_the_plants_bucket(
    models_dir: Path, s3: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of the account that is asked; 123456789012 is moto's."""
    place = ["--models-dir", str(models_dir), "--data-dir", str(tmp_path / "none")]
    made = told(capsys, "models", "publish", "fleet", *place)
    bucket = "smart-factory-plant1-models-123456789012"
    assert made["address"] == f"s3://{bucket}/fleet/{made['version']}/model.tar.gz"
    assert s3.head_object(Bucket=bucket, Key=f"fleet/{made['version']}/model.tar.gz")["ContentLength"] > 1000


def test_a_model_is_published_where_it_is_trained(
    small_recipes: None, mocked_account: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the weekly training does it: one command, and the archive is in the bucket under the card's version."""
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="models")
    made = told(capsys, "train", "fleet", "--quick", "--out", str(tmp_path / "fleet"), "--publish", "models")
    assert made["address"] == f"s3://models/fleet/{made['version']}/model.tar.gz"
    assert s3.head_object(Bucket="models", Key=f"fleet/{made['version']}/model.tar.gz")["ContentLength"] > 0
