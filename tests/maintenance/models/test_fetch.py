"""Models out of the bucket, before the program that needs them."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from maintenance.errors import MaintenanceError, ModelError
from maintenance.models import Artifact, Feature, ModelCard, TrainedOn, load, save
from maintenance.models import fetch as module
from maintenance.models.artifact import read_files
from maintenance.models.fetch import fetch
from maintenance.models.package import package
from maintenance.models.publish import publish

ROWS = np.random.default_rng(1).normal(size=(60, 2))


def made(directory: Path, name: str = "plant-life", purpose: str = "To be tested.") -> Path:
    """A model in a directory."""
    card = ModelCard(
        name=name,
        question="maintenance_needed",
        purpose=purpose,
        trained_on=TrainedOn(description="Numbers.", digest="0" * 64, rows=60, devices=1),
        code="0",
        libraries={},
        features=(Feature(name="a", unit="1"), Feature(name="b", unit="1")),
    )
    save(Artifact(card, LogisticRegression().fit(ROWS, ROWS[:, 0] > 0)), directory)
    return directory


@pytest.fixture
def s3(mocked_account: None) -> Any:
    """An S3 with a bucket `models`."""
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket="models")
    return client


def test_what_was_published_can_be_loaded(s3: Any, tmp_path: Path) -> None:
    """It gives the same answers as before it went into the bucket."""
    model = made(tmp_path / "made")
    version = publish(model, "models", s3).version
    assert fetch(s3, "models", "plant-life", tmp_path / "there") == version
    again = load(tmp_path / "there/plant-life").model.predict_proba(ROWS)
    np.testing.assert_array_equal(again, load(model).model.predict_proba(ROWS))


def test_the_newest_takes_the_place_of_an_older_one(s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By when it was published, not by its name, which is a digest."""
    versions = [publish(made(tmp_path / f"{n}", purpose=f"{n}."), "models", s3).version for n in range(3)]
    order = {versions[0]: 2, versions[1]: 3, versions[2]: 1}
    listed = s3.list_objects_v2(Bucket="models")["Contents"]
    pages = [{"Contents": [one | {"LastModified": order[one["Key"].split("/")[1]]} for one in listed]}]
    monkeypatch.setattr(s3, "get_paginator", lambda _name: type("Pages", (), {"paginate": lambda *_, **__: pages})())
    (tmp_path / "there/plant-life").mkdir(parents=True)
    (tmp_path / "there/plant-life/left-over").touch()

    assert fetch(s3, "models", "plant-life", tmp_path / "there") == versions[1]

    assert sorted(path.name for path in (tmp_path / "there/plant-life").iterdir()) == ["card.json", "model.skops"]
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["plant-life"]


def test_a_model_that_nobody_published_is_told(s3: Any, tmp_path: Path) -> None:
    """With what would help."""
    with pytest.raises(ModelError, match=r"has no model 'plant-life'.*factory models publish plant-life"):
        fetch(s3, "models", "plant-life", tmp_path)


def test_a_changed_archive_leaves_the_older_model(s3: Any, tmp_path: Path) -> None:
    """Its digest is not the card's: whoever can write the bucket cannot give us another model under this card."""
    model = made(tmp_path / "made")
    publish(model, "models", s3)
    fetch(s3, "models", "plant-life", tmp_path / "there")
    files = read_files(model)
    changed = package(type(files)(files.card, files.card_file, files.model_file + b"x"))
    s3.put_object(Bucket="models", Key="plant-life/9/model.tar.gz", Body=changed)
    s3.delete_object(Bucket="models", Key=f"plant-life/{files.card.version}/model.tar.gz")
    with pytest.raises(ModelError, match="is not what its card names"):
        fetch(s3, "models", "plant-life", tmp_path / "there")
    assert load(tmp_path / "there/plant-life").card.version == files.card.version


def archive(**members: tarfile.TarInfo | bytes) -> bytes:
    """A tar with these members; dots stand for underscores in their names."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as packed:
        for name, what in members.items():
            member = what if isinstance(what, tarfile.TarInfo) else tarfile.TarInfo()
            member.name = name.replace("_", ".")
            member.size = len(what) if isinstance(what, bytes) else 0
            packed.addfile(member, io.BytesIO(what) if isinstance(what, bytes) else None)
    return gzip.compress(plain.getvalue())


def link() -> tarfile.TarInfo:
    """A link to a file outside."""
    member = tarfile.TarInfo()
    member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return member


@pytest.mark.parametrize("body", [b"no archive", archive(card_json=b"{}"), archive(card_json=link(), model_skops=b"")])
def test_what_is_no_model_is_refused(body: bytes, s3: Any, tmp_path: Path) -> None:
    """Neither what cannot be unpacked, nor what lacks a file, nor a link that leads elsewhere."""
    s3.put_object(Bucket="models", Key="plant-life/1/model.tar.gz", Body=body)
    with pytest.raises(ModelError, match=r"s3://models/plant-life/1/model\.tar\.gz is not "):
        fetch(s3, "models", "plant-life", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_another_model_under_this_name_is_refused(s3: Any, tmp_path: Path) -> None:
    """A verdict on remaining life must not come from the model of faults."""
    body = package(read_files(made(tmp_path / "made", name="plant-fault")))
    s3.put_object(Bucket="models", Key="plant-life/1/model.tar.gz", Body=body)
    with pytest.raises(ModelError, match="is the model 'plant-fault', not 'plant-life'"):
        fetch(s3, "models", "plant-life", tmp_path / "there")


def test_a_bucket_that_refuses_is_a_failure(s3: Any, tmp_path: Path) -> None:
    """Status 1 and not 2: the same may work once the role is right."""
    with pytest.raises(MaintenanceError) as caught:
        fetch(s3, "another-bucket", "plant-life", tmp_path)
    assert caught.value.exit_status == 1


def test_the_program_fetches_all_that_its_setting_names(
    s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And ends with status 0; with an unknown name it fetches nothing and ends with 2."""
    for name in ("plant-life", "plant-fault"):
        publish(made(tmp_path / name, name=name), "models", s3)
    monkeypatch.setenv("MODELS_BUCKET", "models")
    monkeypatch.setenv("MODELS_TARGET_DIR", str(tmp_path / "there"))
    monkeypatch.setenv("MODELS_NAMES", "plant-life,plant-fault")
    assert module.main() == 0
    assert sorted(path.name for path in (tmp_path / "there").iterdir()) == ["plant-fault", "plant-life"]
    monkeypatch.setenv("MODELS_NAMES", "plant-luck")
    assert module.main() == 2
