r"""Recorded answers for functions that ask the world outside, so that a dry run needs no world.

::

    {
      "dynamodb": {"limits": {"key": {"machine": "M001"}, "item": {"limit": 80}}},
      "lambda":   {"arn:aws:lambda:…": {"response": {"ok": true}}},
      "secrets":  {"broker": {"SecretString": "{\"user\": \"a\"}"}},
      "shadows":  {"press": {"": {"state": {}}, "motor": {"state": {}}}},
      "registry": {"DescribeThing": {"press": {"thingTypeName": "press"}}},
      "ml":       {"model-1": {"predictedLabel": "1"}},
      "s3":       {"bucket/key": "the object in base64"}
    }

A table may hold a list of entries, a shadow without a name stands under "", a binary secret under
"SecretBinary_base64"; and `{"error": "why"}` in place of any answer lets the look-up fail.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from contracts.errors import UsageError
from rules.sql.operators import equal
from rules.sql.values import Value

SERVICES: Final = ("dynamodb", "lambda", "secrets", "shadows", "registry", "ml", "s3")
"""What can be recorded, as the keys of the file."""


class RecordedAnswers:
    """The look-ups of `rules.sql.Services`, from a JSON object.

    Args:
        recorded: the object, as the module's text shows it.

    Raises:
        UsageError: a key that is no service, or a service that is no object.

    Example:
        >>> RecordedAnswers({"shadows": {"press": {"": {"version": 7}}}}).thing_shadow("press", None, "role")
        {'version': 7}
    """

    def __init__(self, recorded: Mapping[str, Any]) -> None:
        for name, answers in recorded.items():
            if name not in SERVICES or not isinstance(answers, dict):
                problem = "has no object" if name in SERVICES else "is no service that can be asked"
                raise UsageError(f"--answers: {name!r} {problem}.", remedy=f"The keys are {', '.join(SERVICES)}.")
        self._recorded = recorded

    def invoke_lambda(self, arn: str, payload: Value) -> Value:  # noqa: ARG002 - one answer, whatever is sent
        """The answer recorded for a function."""
        return _part(self._find("lambda", arn), "response")

    def dynamodb_item(self, table: str, key: Mapping[str, Value], role: str) -> Mapping[str, Value] | None:  # noqa: ARG002
        """The item recorded for this key, or None."""
        entries = self._find("dynamodb", table)
        for entry in entries if isinstance(entries, list) else [entries]:
            if equal(_part(entry, "key"), dict(key)) is True:
                item: Mapping[str, Value] = _part(entry, "item")
                return item
        return None

    def registry(self, api: str, thing: str, role: str) -> Mapping[str, Value]:  # noqa: ARG002
        """What is recorded for a thing."""
        answer: Mapping[str, Value] = self._find("registry", api, thing)
        return answer

    def secret(self, secret_id: str, role: str) -> Mapping[str, str | bytes]:  # noqa: ARG002
        """A recorded secret."""
        found: dict[str, Any] = dict(self._find("secrets", secret_id))
        if "SecretBinary_base64" in found:
            found["SecretBinary"] = _bytes(found.pop("SecretBinary_base64"), secret_id)
        return found

    def thing_shadow(self, thing: str, shadow_name: str | None, role: str) -> Mapping[str, Value]:  # noqa: ARG002
        """A recorded shadow."""
        shadow: Mapping[str, Value] = self._find("shadows", thing, shadow_name or "")
        return shadow

    def predict(self, model: str, role: str, record: Mapping[str, Value]) -> Mapping[str, Value]:  # noqa: ARG002
        """A recorded prediction."""
        answer: Mapping[str, Value] = self._find("ml", model)
        return answer

    def s3_object(self, bucket: str, key: str) -> bytes:
        """The bytes of a recorded object."""
        return _bytes(self._find("s3", f"{bucket}/{key}"), f"{bucket}/{key}")

    def _find(self, *way: str) -> Any:
        """What stands at the end of some keys.

        Raises:
            LookupError: nothing is recorded there, or an error is.
        """
        if not self._recorded:
            raise LookupError("nobody is asked in a dry run; --answers FILE.json can hold what would come")
        found: Any = self._recorded
        for depth, step in enumerate(way, 1):
            if not isinstance(found, dict) or step not in found:
                raise LookupError(f"--answers has nothing at {'.'.join(way[:depth])!r}")
            found = found[step]
            if isinstance(found, dict) and set(found) == {"error"}:
                raise LookupError(str(found["error"]))
        return found


def read_answers(file: Path) -> RecordedAnswers:
    """The answers of a file.

    Raises:
        UsageError: the file cannot be read or does not hold what the module's text shows.
    """
    try:
        recorded = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise UsageError(f"--answers {file} cannot be read: {error.strerror}.", remedy="Name a JSON file.") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"--answers {file} is not JSON: {error}.", remedy="docs/rules.md shows its form.") from None
    if not isinstance(recorded, dict):
        raise UsageError(f"--answers {file} holds no JSON object.", remedy="docs/rules.md shows its form.")
    return RecordedAnswers(recorded)


def _part(entry: Any, name: str) -> Any:
    if not isinstance(entry, dict) or name not in entry:
        raise LookupError(f"--answers: {json.dumps(entry, default=str)[:60]} has no {name!r}")
    return entry[name]


def _bytes(text: Any, name: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise LookupError(f"--answers: what stands at {name!r} is not base64") from None
