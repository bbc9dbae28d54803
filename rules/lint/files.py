"""From files to rules that can be checked; what cannot be read is a finding, and the rest goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rules.errors import CatalogError
from rules.lint.finding import Finding
from rules.lint.registry import kind
from rules.lint.subject import Subject
from rules.placeholders import Placeholders, fill

MAX_NESTING: Final = 100

UNREADABLE = kind("unreadable-file", "error", "A file that cannot be read.")
NOT_JSON = kind("not-json", "error", "A file that is not JSON, or not an object.")
PLACEHOLDER = kind("unknown-placeholder", "error", "A {{placeholder}} that nobody fills.")


def rule_files(place: Path) -> Iterator[Path]:
    """The rule files that a path names: itself, or the *.json of a directory, in the order of their names."""
    # os.access, as a closed directory looks empty to glob().
    if place.is_dir() and os.access(place, os.R_OK | os.X_OK):
        yield from sorted(place.glob("*.json"))
    else:
        yield place


def read_subject(file: Path, known: Placeholders) -> Subject | Finding:
    """The rule of a file, or why there is none."""
    name = str(file)
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        return Finding(UNREADABLE, name, "", "", f"It cannot be read: {error.strerror}.", "Name a file of your own.")
    except (ValueError, RecursionError) as error:
        remedy = "A rule is an object, as `aws iot create-topic-rule --cli-input-json` takes it."
        return Finding(NOT_JSON, name, "", "", f"It is not JSON: {error}.", remedy)
    if not isinstance(value, dict):
        remedy = "A rule is an object with ruleName and topicRulePayload."
        return Finding(NOT_JSON, name, "", "", f"It holds {json.dumps(value)[:40]}, which is no object.", remedy)
    if _is_too_deep(value):
        return Finding(NOT_JSON, name, "", "", f"It nests deeper than {MAX_NESTING} levels.", "A rule needs ten.")
    if not _is_text(value):
        sentence = "It holds half of a surrogate pair, which is no character."
        return Finding(NOT_JSON, name, "", "", sentence, "Write the character itself, or both halves.")
    try:
        return Subject(name, fill(value, known, name))
    except CatalogError as error:
        said = error.message.removeprefix(f"{name}: ")
        return Finding(PLACEHOLDER, name, str(value.get("ruleName", "")), "", _sentence(said), error.remedy or "")


def _is_too_deep(value: object) -> bool:
    """Counted level by level, as what is too deep cannot be walked."""
    level = [value]
    for _ in range(MAX_NESTING):
        level = [item for each in level for item in _items(each)]
    return bool(level)


def _is_text(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _items(value: object) -> list[object]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
