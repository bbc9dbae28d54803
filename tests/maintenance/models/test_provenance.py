"""What a model was made by."""

from __future__ import annotations

import re

import pytest

from maintenance.models import code_version, library_versions, other_libraries


def test_the_code_has_a_version_and_a_digest() -> None:
    """Of the packages that are named, in whatever order."""
    told = code_version("maintenance.models", "contracts")
    assert re.fullmatch(r"\d+\.\d+\.\d+.*\+[0-9a-f]{12}", told)
    assert told == code_version("contracts", "maintenance.models")
    assert told != code_version("contracts")


def test_a_package_that_is_none_is_an_error() -> None:
    """A digest of nothing would be the same for ever."""
    with pytest.raises(ModuleNotFoundError):
        code_version("maintenance.nowhere")


def test_the_libraries_that_matter_are_named() -> None:
    """Those that compute and those that write."""
    assert {"numpy", "scikit-learn", "skops"} <= library_versions().keys()


def test_a_library_of_another_version_is_told() -> None:
    """And those of the same are not, nor those that do not matter any more."""
    here = library_versions()
    assert other_libraries(here) == {}
    told = other_libraries(here | {"scikit-learn": "0.1", "onnx": "1"})
    assert told == {"scikit-learn": f"0.1, here {here['scikit-learn']}"}
