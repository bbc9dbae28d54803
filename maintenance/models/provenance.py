"""What a model was made by: the code and the libraries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

LIBRARIES = ("numpy", "scikit-learn", "scipy", "skops")


def library_versions() -> dict[str, str]:
    """Versions of the libraries that decide what a training gives."""
    return {name: version(name) for name in LIBRARIES}


def other_libraries(trained_with: Mapping[str, str]) -> dict[str, str]:
    """Libraries that have other versions here than where a model was trained: they may compute something else.

    scikit-learn promises nothing of a model that is read by another version than wrote it
    (https://scikit-learn.org/stable/model_persistence.html).

    Args:
        trained_with: their versions by name, as in a card.

    Returns:
        By name, both versions in words.
    """
    here = library_versions()
    return {name: f"{told}, here {here[name]}" for name, told in trained_with.items() if here.get(name, told) != told}


def code_version(*packages: str) -> str:
    """Version of this project and digest of the source of some of its packages.

    Args:
        packages: names, as they are imported; their subpackages count.

    Returns:
        As `0.1.0+9f86d081884c`.
    """
    digest = hashlib.sha256()
    for package in sorted(packages):
        for name, file in _sources(package):
            digest.update(f"{name}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return f"{version('smart-factory')}+{digest.hexdigest()[:12]}"


def _sources(package: str) -> Iterable[tuple[str, Path]]:
    """Files of a package by their names within it, in order."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"{package} is no package")
    root = Path(next(iter(spec.submodule_search_locations)))
    return sorted((f"{package}/{file.relative_to(root).as_posix()}", file) for file in root.rglob("*.py"))
