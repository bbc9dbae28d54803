"""What can go wrong in a deployment.

::

    FactoryError
    ├── DeployError          a step failed; the walk goes on from there when it is called again
    └── UsageError
        └── DeployUsageError the call, the folder or its values do not allow it
"""

from __future__ import annotations

from contracts.errors import FactoryError, UsageError


class DeployError(FactoryError):
    """A step could not be done."""


class DeployUsageError(UsageError):
    """The call, the folder, its values or this machine's tools do not allow a deployment."""
