"""Models in directories: written whole, read with care."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from maintenance.errors import ModelError
from maintenance.models import Artifact, Feature, ModelCard, TrainedOn, load, read_card, save


def card(**changes: object) -> ModelCard:
    """A card of a model of two features."""
    plain = ModelCard(
        name="toy",
        question="maintenance_needed",
        purpose="To be tested.",
        trained_on=TrainedOn(description="Numbers.", digest="0" * 64, rows=200, devices=2),
        code="0.1.0+000000000000",
        libraries={"numpy": "2.0"},
        features=(Feature(name="a_c", unit="°C"), Feature(name="b_h", unit="h")),
    )
    return plain.model_copy(update=changes)


def classifier(seed: int = 1) -> HistGradientBoostingClassifier:
    """One that has learnt something."""
    rows = np.random.default_rng(seed).normal(size=(200, 2))
    return HistGradientBoostingClassifier(max_iter=5, random_state=0).fit(rows, rows[:, 0] > 0)


def test_a_model_that_was_saved_gives_the_same_answers(tmp_path: Path) -> None:
    """Bit by bit."""
    model = classifier()
    rows = np.random.default_rng(2).normal(size=(50, 2))
    save(Artifact(card(), model), tmp_path / "toy")
    again = load(tmp_path / "toy")
    np.testing.assert_array_equal(again.model.predict_proba(rows), model.predict_proba(rows))
    assert again.card.feature_names == ("a_c", "b_h")


def test_the_same_training_has_the_same_version_whenever_it_is_made(tmp_path: Path) -> None:
    """The moment is no part of the version; the data is."""
    first = save(Artifact(card().dated(datetime(2026, 1, 1, tzinfo=UTC)), classifier()), tmp_path / "first")
    second = save(Artifact(card().dated(datetime(2026, 2, 2, tzinfo=UTC)), classifier()), tmp_path / "second")
    other = save(Artifact(card(), classifier(seed=3)), tmp_path / "other")
    assert first.version == second.version
    assert first.version != other.version
    assert (tmp_path / "first/model.skops").read_bytes() == (tmp_path / "second/model.skops").read_bytes()


def test_another_process_makes_the_same_bytes(tmp_path: Path) -> None:
    """Addresses in memory and seeds of hashes are different there."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import test_artifact as t;"
        "from maintenance.models.trust import dumps;"
        "import hashlib; print(hashlib.sha256(dumps(t.classifier())).hexdigest())"
    )
    here = str(Path(__file__).parent)
    digests = {
        subprocess.run(
            [sys.executable, "-c", program, here], capture_output=True, text=True, check=True, timeout=60
        ).stdout
        for _ in range(2)
    }
    assert len(digests) == 1


def test_a_changed_model_is_refused(tmp_path: Path) -> None:
    """One byte is enough."""
    save(Artifact(card(), classifier()), tmp_path / "toy")
    file = tmp_path / "toy/model.skops"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.skops is not what its card names"):
        load(tmp_path / "toy")


def test_a_changed_card_is_refused(tmp_path: Path) -> None:
    """A better score cannot be written into it afterwards."""
    save(Artifact(card(purpose="Poor."), classifier()), tmp_path / "toy")
    file = tmp_path / "toy/card.json"
    file.write_text(file.read_text().replace("Poor.", "Good."))
    with pytest.raises(ModelError, match=r"card\.json was changed"):
        read_card(tmp_path / "toy")


def test_a_directory_without_a_model_is_named(tmp_path: Path) -> None:
    """Whoever mistypes it sees which."""
    with pytest.raises(ModelError, match=r"nowhere has no model"):
        load(tmp_path / "nowhere")


def test_what_is_no_model_is_not_replaced(tmp_path: Path) -> None:
    """A wrong --out must not cost anybody a folder."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/one.jpg").write_bytes(b"photo")
    with pytest.raises(ModelError, match="has no model in it"):
        save(Artifact(card(), classifier()), tmp_path / "photos")
    assert (tmp_path / "photos/one.jpg").exists()


def test_what_lies_beside_a_card_is_not_lost(tmp_path: Path) -> None:
    """Data sets have a card.json as well, and a model's folder may have somebody's notes."""
    save(Artifact(card(), classifier()), tmp_path / "toy")
    (tmp_path / "toy/notes.txt").write_text("mine")
    with pytest.raises(ModelError, match=r"toy has notes\.txt in it, which is no part of a model"):
        save(Artifact(card(purpose="Another."), classifier()), tmp_path / "toy")
    assert (tmp_path / "toy/notes.txt").read_text() == "mine"


def test_the_directory_that_one_stands_in_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--out .` within a model's folder replaces it, as any other name of it does."""
    save(Artifact(card(), classifier()), tmp_path / "toy")
    monkeypatch.chdir(tmp_path / "toy")
    second = save(Artifact(card(purpose="Another."), classifier()), Path())
    assert load(tmp_path / "toy").card.version == second.version
    assert [file.name for file in tmp_path.iterdir()] == ["toy"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """In a sentence; below a file there are no folders."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="file/toy cannot be written: "):
        save(Artifact(card(), classifier()), tmp_path / "file/toy")


def test_the_old_model_is_whole_until_the_new_one_has_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill or a full disk in between leaves one of them: nothing is deleted file by file where readers look."""
    first = save(Artifact(card(), classifier()), tmp_path / "toy")
    deleted: list[Path] = []

    def rmtree(path: Path, **_: object) -> None:
        deleted.append(Path(path))

    monkeypatch.setattr("shutil.rmtree", rmtree)
    save(Artifact(card(purpose="Another."), classifier()), tmp_path / "toy")
    assert tmp_path / "toy" not in deleted
    assert [load(one).card.version for one in set(deleted) if (one / "card.json").exists()] == [first.version]


def test_another_version_takes_the_place(tmp_path: Path) -> None:
    """And nothing else is left beside it."""
    save(Artifact(card(), classifier()), tmp_path / "toy")
    second = save(Artifact(card(purpose="Another."), classifier()), tmp_path / "toy")
    assert load(tmp_path / "toy").card.version == second.version
    assert [file.name for file in tmp_path.iterdir()] == ["toy"]


def test_many_who_write_the_same_model_at_once_leave_one(tmp_path: Path) -> None:
    """As two factories that start at the same time do."""
    model = classifier()
    with ThreadPoolExecutor(8) as pool:
        cards = list(pool.map(lambda _: save(Artifact(card(), model), tmp_path / "toy"), range(16)))
    assert {one.version for one in cards} == {load(tmp_path / "toy").card.version}
    assert [file.name for file in tmp_path.iterdir()] == ["toy"]
