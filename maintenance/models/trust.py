"""Estimators to bytes and back without pickle: only types that stand in a list are ever built.

skops writes a zip of JSON and arrays, and knows scikit-learn's public estimators. It names what is inside by addresses
in memory; `canonical` numbers them instead, so that the same model is the same bytes.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import skops.io

from maintenance.errors import ModelError

TRUSTED = (
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.tree._tree.Tree",
)
"""Private types of scikit-learn that its public estimators are made of, beyond what skops trusts by itself.

All are plain data: arrays and numbers that are computed with, and no code that loading would run.
"""
_UNREADABLE = (zipfile.BadZipFile, KeyError, ValueError, TypeError, ImportError, AttributeError, NotImplementedError)
"""What skops raises at bytes that are no file of its own."""
_SCHEMA = "schema.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest moment that a zip can name: files of the same content are the same bytes."""


def dumps(model: Any) -> bytes:
    """A model as bytes that are the same each time.

    Args:
        model: an estimator, or a dictionary, list or tuple of them.

    Raises:
        ModelError: a part of it could not be read again, as its type is not trusted.
    """
    content = canonical(skops.io.dumps(model))
    _refuse_strangers(content, type(model).__name__)
    return content


def loads(content: bytes, origin: str) -> Any:
    """The model of some bytes.

    Args:
        content: what `dumps` gave.
        origin: where they come from, for the message.

    Raises:
        ModelError: not a model, or one of types that are not trusted.
    """
    _refuse_strangers(content, origin)
    return skops.io.loads(content, trusted=list(TRUSTED))


def canonical(content: bytes) -> bytes:
    """The same skops file with its parts numbered as they come, instead of by address.

    Args:
        content: a skops file.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    numbers: dict[int, int] = {}
    names: dict[str, str] = {}
    schema = json.loads(files.pop(_SCHEMA), object_hook=lambda node: _numbered(node, numbers, names))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, _SCHEMA, json.dumps(schema, separators=(",", ":")).encode())
        for old, new in names.items():
            _add(archive, new, files[old])
    return out.getvalue()


def _numbered(node: dict[str, Any], numbers: dict[int, int], names: dict[str, str]) -> dict[str, Any]:
    """One node of the schema; the decoder hands them over from the innermost on, in the order of the text."""
    if "__id__" in node:
        node["__id__"] = numbers.setdefault(node["__id__"], len(numbers) + 1)
    if isinstance(node.get("file"), str):
        old = node["file"]
        node["file"] = names.setdefault(old, f"{len(names) + 1:06d}.{old.rpartition('.')[2]}")
    return node


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    member = zipfile.ZipInfo(name, _EPOCH)
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, content)


def _refuse_strangers(content: bytes, origin: str) -> None:
    try:
        strangers = sorted(set(skops.io.get_untrusted_types(data=content)) - set(TRUSTED))
    except _UNREADABLE as error:
        raise ModelError(
            f"{origin} is not a model that skops wrote: {error}.", remedy="Train it again, or copy it again."
        ) from error
    if strangers:
        raise ModelError(
            f"{origin} has parts of types that are not trusted: {', '.join(strangers)}.",
            remedy="Only estimators of scikit-learn are read; nothing of it was loaded.",
        )
