"""Models as SageMaker wants them, and where they go."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from maintenance.errors import MaintenanceError, ModelError
from maintenance.models import Artifact, Feature, ModelCard, TrainedOn, artifact, load, save
from maintenance.models.artifact import read_files
from maintenance.models.package import package
from maintenance.models.publish import publish

ROWS = np.random.default_rng(1).normal(size=(60, 2))


@pytest.fixture
def model_dir(tmp_path: Path) -> Path:
    """A model in a directory."""
    card = ModelCard(
        name="toy",
        question="maintenance_needed",
        purpose="To be tested.",
        trained_on=TrainedOn(description="Numbers.", digest="0" * 64, rows=60, devices=1),
        code="0",
        libraries={},
        features=(Feature(name="a", unit="1"), Feature(name="b", unit="1")),
    )
    save(Artifact(card, LogisticRegression().fit(ROWS, ROWS[:, 0] > 0)), tmp_path / "toy")
    return tmp_path / "toy"


@pytest.fixture
def s3(mocked_account: None) -> Any:
    """An S3 with a bucket `models`."""
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket="models")
    return client


def test_the_archive_unpacks_to_the_model(model_dir: Path, tmp_path: Path) -> None:
    """Files at its top, as the container finds them in /opt/ml/model."""
    with tarfile.open(fileobj=io.BytesIO(package(read_files(model_dir)))) as archive:
        assert archive.getnames() == ["card.json", "model.skops"]
        archive.extractall(tmp_path / "unpacked", filter="data")
    again = load(tmp_path / "unpacked")
    np.testing.assert_array_equal(again.model.predict_proba(ROWS), load(model_dir).model.predict_proba(ROWS))


def test_the_same_model_is_the_same_archive(model_dir: Path) -> None:
    """Whenever the files were written."""
    before = package(read_files(model_dir))
    os.utime(model_dir / "model.skops", (1, 1))
    assert package(read_files(model_dir)) == before


def test_a_changed_model_is_not_packed(model_dir: Path, s3: Any) -> None:
    """It is verified first, and nothing of it comes into the bucket."""
    (model_dir / "model.skops").write_bytes(b"other")
    with pytest.raises(ModelError, match="is not what its card names"):
        publish(model_dir, "models", s3)
    assert s3.list_objects_v2(Bucket="models")["KeyCount"] == 0


def test_what_is_published_is_what_was_verified(model_dir: Path, s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A training replaces the model after it was read: the archive, its card and the version are those of before."""
    before = load(model_dir).card
    loads = artifact.loads

    def replaced_meanwhile(content: bytes, origin: str) -> Any:
        """Verified by now, not packed yet."""
        monkeypatch.undo()
        other = LogisticRegression().fit(ROWS, ROWS[:, 1] > 0)
        save(Artifact(before.model_copy(update={"purpose": "Another."}), other), model_dir)
        return loads(content, origin)

    monkeypatch.setattr(artifact, "loads", replaced_meanwhile)
    told = publish(model_dir, "models", s3)
    assert told.version == before.version != load(model_dir).card.version
    body = s3.get_object(Bucket="models", Key=f"toy/{before.version}/model.tar.gz")["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        archive.extractall(model_dir.parent / "unpacked", filter="data")
    assert load(model_dir.parent / "unpacked").card == before
    beside = s3.get_object(Bucket="models", Key=f"toy/{before.version}/card.json")["Body"].read()
    assert beside == (model_dir.parent / "unpacked" / "card.json").read_bytes()


def test_each_file_is_read_once(model_dir: Path, s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read twice can be two different things."""
    read: list[str] = []
    read_bytes = Path.read_bytes

    def noted(path: Path) -> bytes:
        if path.parent == model_dir:
            read.append(path.name)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", noted)
    publish(model_dir, "models", s3)
    assert sorted(read) == ["card.json", "model.skops"]


def test_a_model_is_published_under_its_name_and_version(model_dir: Path, s3: Any) -> None:
    """With the card beside it, and the address that SageMaker takes."""
    version = load(model_dir).card.version
    assert publish(model_dir, "models", s3).address == f"s3://models/toy/{version}/model.tar.gz"
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket="models")["Contents"]]
    assert keys == [f"toy/{version}/card.json", f"toy/{version}/model.tar.gz"]
    body = s3.get_object(Bucket="models", Key=keys[1])["Body"].read()
    assert body == package(read_files(model_dir))


def test_a_bucket_that_is_not_there_is_a_sentence(model_dir: Path, s3: Any) -> None:
    """With what would be right."""
    with pytest.raises(MaintenanceError, match=r"cannot be put into s3://other: .*NoSuchBucket.*--bucket"):
        publish(model_dir, "other", s3)
