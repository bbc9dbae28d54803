"""The functions of AWS IoT SQL, one file per kind; importing this package fills the table."""

from __future__ import annotations

from rules.sql.functions import clock, encoding, external, hashing, maths, message, strings, values
from rules.sql.functions.registry import FUNCTIONS, Function

__all__ = [
    "FUNCTIONS",
    "Function",
    "clock",
    "encoding",
    "external",
    "hashing",
    "maths",
    "message",
    "strings",
    "values",
]
