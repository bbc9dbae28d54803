"""Logs are JSON where machines read them."""

from __future__ import annotations

import json
import logging
import subprocess
import sys


def run(code: str) -> list[dict[str, object]]:
    """The log lines of a program of its own, since logging is global."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_a_line_is_one_json_object() -> None:
    """Each line has time, level, program and event, also from libraries and with an exception."""
    lines = run(
        "import logging; from contracts.logs import configure_logs\n"
        "log = configure_logs('oven'); log.info('baked', loaves=3)\n"
        "logging.getLogger('library').warning('old %s', 'flour')\n"
        "try: 1 / 0\n"
        "except ZeroDivisionError: log.exception('burnt')\n"
    )

    assert [("baked", "info"), ("old flour", "warning"), ("burnt", "error")] == [
        (line["event"], line["level"]) for line in lines
    ]
    assert lines[0]["loaves"] == 3
    assert all(line["program"] == "oven" and str(line["timestamp"]).endswith("Z") for line in lines)
    assert "ZeroDivisionError" in str(lines[2]["exception"])


def test_a_line_from_another_thread_names_the_program_as_well() -> None:
    """Filters on AWS look for the name, and most lines of our programs come from threads."""
    lines = run(
        "import threading; from contracts.logs import configure_logs\n"
        "log = configure_logs('oven')\n"
        "thread = threading.Thread(target=log.info, args=('baked',)); thread.start(); thread.join()\n"
    )
    assert [(line["program"], line["event"]) for line in lines] == [("oven", "baked")]


def test_the_level_silences_what_is_below() -> None:
    """Nothing below the level is written."""
    assert not run("from contracts.logs import configure_logs\nconfigure_logs('oven', level='error').info('quiet')")
    assert logging.getLogger().level  # this process's own logging was left alone
