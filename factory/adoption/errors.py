"""What can go wrong while adopting.

::

    FactoryError
    ├── AdoptionError          Terraform or AWS failed, or what would be done must not be done
    └── UsageError
        └── AdoptionUsageError the call cannot be meant
"""

from __future__ import annotations

from contracts.errors import FactoryError, UsageError


class AdoptionError(FactoryError):
    """Terraform or AWS failed, or the plan would do what must not be done."""


class AdoptionUsageError(UsageError):
    """The call cannot be meant: another directory, option or region would be right."""
