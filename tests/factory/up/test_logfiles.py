"""Logs that stay within bounds, and their last words."""

from pathlib import Path

from factory.up.logfiles import bound_log, last_words


def test_a_log_that_has_grown_is_put_aside(tmp_path: Path) -> None:
    """A program that keeps its log open goes on writing into the emptied file."""
    log = tmp_path / "rules.log"
    with log.open("a") as file:
        file.write("old\n" * 100)
        file.flush()
        assert bound_log(log, limit=300)
        file.write("new\n")
    assert (log.read_text(), (tmp_path / "rules.log.1").read_text()) == ("new\n", "old\n" * 100)


def test_a_small_log_stays(tmp_path: Path) -> None:
    """Below the limit nothing happens, nor where no log is."""
    log = tmp_path / "rules.log"
    assert not bound_log(log)
    log.write_text("short\n")
    assert not bound_log(log)


def test_last_words_are_a_sentence(tmp_path: Path) -> None:
    """A JSON line is told by what it says, any other as it is."""
    log = tmp_path / "rules.log"
    assert last_words(log) == ""
    log.write_text('first\n{"event": "cannot_run", "error": "no identity"}\n\n')
    assert last_words(log) == "cannot_run: no identity"
    log.write_text("Traceback\nValueError: x\n")
    assert last_words(log) == "ValueError: x"
