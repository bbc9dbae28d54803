"""What can go wrong in a roll-out."""

from __future__ import annotations

from contracts.errors import FactoryError, UsageError


class RolloutError(FactoryError):
    """What was deployed does not run, or does not answer as it should."""


class RolloutUsageError(UsageError):
    """There is nothing of that name to be followed, or the call is wrong."""
