"""The status as people read it."""

import io

from rich.console import Console

from factory.up.screen import Screen
from factory.up.show import status_line, status_view

STATUS = {
    "uptime_s": 61.4,
    "connected": 19,
    "machines": 20,
    "published": 1200,
    "acknowledged": 1190,
    "archived": 1100,
    "quarantined": 2,
    "refused": 1,
    "mails": 3,
    "firing": [{"alertname": "MachineSensorDrift", "device_id": "M003"}],
    "programs": [
        {"name": "rules", "pid": 7, "state": "running", "restarts": 2, "cpu_s": 1.25, "peak_memory_bytes": 96_000_000},
        {"name": "mail", "pid": None, "state": "waiting", "restarts": 1, "cpu_s": 0.5, "peak_memory_bytes": 84_000_000},
    ],
}


def _text(thing: object) -> str:
    console = Console(file=io.StringIO(), width=120)
    console.print(thing)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_the_view_has_numbers_alerts_and_programs() -> None:
    """Machines, counters, what fires and who was started again are all there."""
    text = _text(status_view(STATUS, ["Mail died."]))
    for told in ("19 of 20", "1,190", "MachineSensorDrift M003", "waiting", "96", "Mail died."):
        assert told in text


def test_the_line_says_it_for_a_log() -> None:
    """One line, easy to search, names what is down."""
    assert status_line(STATUS) == (
        "up 61 s: machines 19/20 published 1200 acknowledged 1190 archived 1100 quarantined 2 refused 1 mails 3"
        " restarts 3 firing 1 down mail"
    )


def test_what_is_not_known_is_not_zero() -> None:
    """A program that does not answer leaves a question mark."""
    assert "archived ?" in status_line({**STATUS, "archived": None})
    assert "firing ?" in status_line({**STATUS, "firing": None})


def test_without_a_terminal_plain_lines_come() -> None:
    """No control sequence gets into a log, and no line is broken."""
    file = io.StringIO()
    screen = Screen(Console(file=file, width=40))
    screen.steps("Starting")
    screen.addresses({"aws": "http://127.0.0.1:4566"}, ["grafana"])
    screen.status(STATUS)
    screen.summary(STATUS)
    text = file.getvalue()
    assert "\x1b" not in text
    assert status_line(STATUS) in text
    assert "not installed" in text
