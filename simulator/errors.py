"""What the simulator raises on purpose.

::

    FactoryError
    ├── SimulatorError              the plant cannot be played
    │   └── IdentitiesError         the identities of a shard are missing or unreadable
    └── UsageError
        ├── ScenarioError           a scenario that cannot be played
        ├── FaultError              a fault that cannot be put on a machine, or is not there
        ├── ReplayError             a file of readings that cannot be replayed
        └── TargetError             no machine, line or fault of that name is played here
"""

from __future__ import annotations

from contracts.errors import FactoryError, UsageError


class SimulatorError(FactoryError):
    """The plant cannot be played, or not any longer."""


class IdentitiesError(SimulatorError):
    """The identities of a shard are missing or cannot be read."""


class ScenarioError(UsageError):
    """A scenario that cannot be played."""


class FaultError(UsageError):
    """A fault that cannot be put on a machine, or is not there."""


class ReplayError(UsageError):
    """A file of readings that cannot be replayed."""


class TargetError(UsageError):
    """No machine, line or fault of that name is played here."""
