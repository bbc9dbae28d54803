"""The models of a factory in containers, under names that stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from factory import model_links
from factory.errors import LocalFactoryError


def test_names_stay_while_models_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second version takes the first one's place; both stay where they are, for who has the first one open."""
    monkeypatch.setenv("MODEL_LINKS_DIRECTORY", str(tmp_path))
    for version in ("one", "two"):
        for name, function in (("fleet", "fleet_model_for_up"), ("plant", "plant_models_for_up")):
            folder = tmp_path / f"{name}-{version}"
            folder.mkdir()
            (folder / "card.json").write_text(version)
            monkeypatch.setattr(model_links, function, lambda _cache, folder=folder: folder)

        assert model_links.main() == 0
        assert [(tmp_path / name / "card.json").read_text() for name in ("fleet", "plant")] == [version] * 2
    assert (tmp_path / "fleet-one" / "card.json").read_text() == "one"


def test_a_link_holds_wherever_the_volume_is_mounted(tmp_path: Path) -> None:
    """It names its neighbour, and no path of the container that made it."""
    (tmp_path / "fleet-one").mkdir()

    model_links.link(tmp_path / "fleet", tmp_path / "fleet-one")

    assert (tmp_path / "fleet").readlink() == Path("fleet-one")


def test_a_failure_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And the model server does not begin, as it waits for a success."""

    def fail(_cache: Path) -> Path:
        raise LocalFactoryError("No data.")

    monkeypatch.setenv("MODEL_LINKS_DIRECTORY", str(tmp_path))
    monkeypatch.setattr(model_links, "fleet_model_for_up", fail)

    assert model_links.main() == 1
    assert "model-links: No data." in capsys.readouterr().err
