"""What can go wrong in an estimate of costs."""

from __future__ import annotations

from contracts.errors import UsageError


class CostError(UsageError):
    """What was asked cannot be priced: another region, size or option would be right."""
