"""The one root of every error that this project raises on purpose.

::

    FactoryError            something failed; exit status 1
    └── UsageError          the caller asked for something impossible; exit status 2
        └── SettingsError   a setting is missing or wrong

Each room derives its own root from one of these in its ``errors.py``.
"""

from __future__ import annotations


class FactoryError(Exception):
    """A failure that a person can act on: one clear sentence, and what would be right.

    Args:
        message: what went wrong, where, and the offending value.
        remedy: what would be right, as a sentence of its own.

    Example:
        >>> print(FactoryError("port 9090 is taken by prometheus (pid 7).", remedy="Try --prometheus-port."))
        port 9090 is taken by prometheus (pid 7). Try --prometheus-port.
    """

    exit_status = 1

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}" if self.remedy else self.message


class UsageError(FactoryError):
    """The call itself is wrong: another value of an option, a file or a name would be right."""

    exit_status = 2


class SettingsError(UsageError):
    """A setting is missing or has a value that cannot be used."""
