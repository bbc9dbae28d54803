"""What can go wrong in the command line and the local factory.

::

    FactoryError                    contracts: exit status 1
    ├── LocalFactoryError           the local factory could not do what was asked
    └── UsageError                  contracts: exit status 2
        └── LocalFactoryUsageError  the call, or the state of the data directory, does not allow it
"""

from __future__ import annotations

from contracts.errors import FactoryError, UsageError


class LocalFactoryError(FactoryError):
    """The local factory could not do what was asked."""


class LocalFactoryUsageError(UsageError):
    """The call, or the state of the data directory, does not allow what was asked."""
