"""Files that hold no rule."""

from __future__ import annotations

import pytest

from rules.lint.files import read_subject, rule_files
from rules.lint.finding import Finding


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", "[" * 100_000, '{"a": NaN', '{"a":' * 150 + "1" + "}" * 150, '{"a": "\\ud800"}']
)
def test_what_is_no_json_object_is_a_finding(tmp_path, known, text):
    """And the rest of the catalog goes on."""
    file = tmp_path / "mine.json"
    file.write_text(text)

    found = read_subject(file, known)

    assert isinstance(found, Finding)
    assert found.code == "not-json"


def test_what_cannot_be_read_is_a_finding(tmp_path, known):
    """With the system's reason."""
    found = read_subject(tmp_path / "missing.json", known)

    assert isinstance(found, Finding)
    assert (found.code, found.sentence) == ("unreadable-file", "It cannot be read: No such file or directory.")


def test_bytes_that_are_no_text_are_a_finding(tmp_path, known):
    """Not a traceback."""
    file = tmp_path / "mine.json"
    file.write_bytes(b"\xff\xfe")

    assert read_subject(file, known).code == "not-json"


def test_a_directory_stands_for_its_json_files(tmp_path):
    """In the order of their names."""
    for name in ("b.json", "a.json", "notes.txt"):
        (tmp_path / name).write_text("{}")

    assert [file.name for file in rule_files(tmp_path)] == ["a.json", "b.json"]
