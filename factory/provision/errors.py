"""What can go wrong while provisioning.

::

    FactoryError
    ├── ProvisionError          AWS refused, or what lies there is not what we left
    └── UsageError
        └── ProvisionUsageError the request cannot be meant
"""

from __future__ import annotations

from contracts.errors import FactoryError, UsageError


class ProvisionError(FactoryError):
    """AWS refused something, or what lies there is not what provisioning left."""


class ProvisionUsageError(UsageError):
    """The request cannot be meant: an option, a device or a combination of them."""
