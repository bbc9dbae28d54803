"""The timeline of a scenario."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from factory.errors import LocalFactoryError
from factory.pictures.figure import draw, save
from factory.pictures.recording import Recording
from factory.provision.request import vehicle

Play = Callable[..., Recording]
DRIFT = "[{kind: drift, target: M001, signal: temp, parameters: {rate_per_min: 2}, start_s: 60, duration_s: 300}]"


def _texts(figure: Figure) -> list[str]:
    return [one.get_text() for one in figure.findobj(Text) if isinstance(one, Text) and one.get_text()]


def _panel(figure: Figure, title: str) -> Axes:
    return next(axes for axes in figure.axes if axes.get_ylabel().startswith(title))


def test_each_panel_has_its_unit_and_the_time_is_utc(played: Play) -> None:
    """A signal with its unit, truth and state; below, which day and that it is UTC."""
    figure = draw(played(DRIFT))

    assert [axes.get_ylabel().replace("\n", " ") for axes in figure.axes] == [
        *("truth", "state", "temperature °C", "vibration mm/s", "speed 1/min", "power kW"),
    ]
    assert figure.axes[-1].get_xlabel() == "UTC, 2026-01-05"


def test_the_picture_says_what_it_is(played: Play) -> None:
    """Scenario, what it is for, machine, seed, and the fault with how strong it is."""
    told = "\n".join(_texts(draw(played(DRIFT, seed=7))))

    for words in (
        *("Scenario mine", "A test.", "M001  CNC mill, line1", "from 2026-01-05 06:00 UTC, seed 7, a reading each 1 s"),
        *("Sensor drift (temp), rate_per_min 2", "zone C, 2.8", "without the faults", "sensor fault"),
    ):
        assert words in told


def test_a_lying_sensor_is_shaded_in_its_own_panel_only(played: Play) -> None:
    """From minute 1 to 6 in temperature; the others tell the truth. A fault of the process shades all."""
    sensor = draw(played(DRIFT))
    process = draw(played("[{kind: imbalance, target: M001, parameters: {magnitude_mm_s: 3}, start_s: 60}]"))

    assert [len(_panel(sensor, name).patches) for name in ("temperature", "vibration", "speed", "power")] == [
        1,
        0,
        0,
        0,
    ]
    assert [len(_panel(process, name).patches) for name in ("temperature", "vibration", "speed", "power")] == [1] * 4
    box = (
        _panel(sensor, "temperature")
        .patches[0]
        .get_extents()
        .transformed(_panel(sensor, "temperature").transData.inverted())
    )
    minutes = [(day % 1) * 1440 - 6 * 60 for day in (box.x0, box.x1)]
    assert minutes == pytest.approx([1.0, 6.0], abs=0.01)


def test_lives_and_messages_have_panels_where_they_matter(played: Play) -> None:
    """A life test shows remaining life, a bad connection what became of the messages."""
    titles = [axes.get_ylabel() for axes in draw(played(plant="{maintenance: run_to_failure}")).axes]
    assert "remaining life\nd" in titles
    titles = [axes.get_ylabel() for axes in draw(played("[{kind: disconnect, target: M001, duration_s: 60}]")).axes]
    assert "messages\ns" in titles


def test_machines_stand_side_by_side(played: Play) -> None:
    """Three machines are three columns, each with its name."""
    figure = draw(played(DRIFT, machines=3, span_s=120.0))

    assert [axes.get_title(loc="left")[:4] for axes in figure.axes[:3]] == ["M001", "M002", "M003"]


def test_vehicles_have_panels_of_their_own_and_a_map(played: Play) -> None:
    """Engine, speed, fuel and odometer with their units, and below where each of them went."""
    figure = draw(played(machines=2, span_s=120.0, make=vehicle))

    titles = [axes.get_ylabel().replace("\n", " ") for axes in figure.axes if axes.get_ylabel()]
    assert titles == [
        *("truth", "state", "engine temperature °C", "speed km/h", "fuel %", "odometer km"),
        *("latitude °", "latitude °"),
    ]
    assert [axes.get_title(loc="left")[:20] for axes in figure.axes[:2]] == [
        *("VHC001  Delivery van", "VHC002  Two-axle tru")
    ]


def test_a_picture_of_vehicles_is_the_same_again(played: Play, tmp_path: Path) -> None:
    """Byte by byte, map included."""
    files = [tmp_path / f"{number}.png" for number in range(2)]
    for file in files:
        save(draw(played(span_s=60.0, make=vehicle)), file)

    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize("ending", [".png", ".svg"])
def test_the_same_seed_gives_the_same_file(played: Play, tmp_path: Path, ending: str) -> None:
    """No date, no random id: pictures can be compared byte by byte. Another seed gives another one."""
    files = [tmp_path / f"{number}{ending}" for number in range(3)]
    for file, seed in zip(files, (1, 1, 2), strict=True):
        save(draw(played(DRIFT, span_s=60.0, seed=seed)), file)

    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].read_bytes() != files[2].read_bytes()


def test_a_file_that_cannot_be_written_is_told(played: Play, tmp_path: Path) -> None:
    """The reason and what would be right."""
    with pytest.raises(LocalFactoryError, match=r"cannot be written: No such file or directory\. Name another --out\."):
        save(draw(played(span_s=60.0)), tmp_path / "none" / "x.png")


def test_a_machine_that_is_silent_throughout_can_be_drawn(played: Play) -> None:
    """A panel without a single reading is empty, not an error."""
    dropout = "[{kind: dropout, target: M001, signal: vibration}]"
    draw(played(dropout, span_s=60.0)).canvas.draw()
