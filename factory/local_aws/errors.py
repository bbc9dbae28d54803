"""What can go wrong with the local AWS.

::

    FactoryError
    └── LocalAwsError            it cannot start, or cannot keep its promises
        ├── EmulatorMovedError   the emulator is not the one that we know how to close
        └── PortTakenError       another program has the port
"""

from __future__ import annotations

from contracts.errors import FactoryError


class LocalAwsError(FactoryError):
    """The local AWS cannot start, or cannot keep what it promises."""


class EmulatorMovedError(LocalAwsError):
    """The installed emulator is not the one whose holes this launcher closes."""


class PortTakenError(LocalAwsError):
    """Another program listens on the port, or the address is not this machine's; another would be right."""

    exit_status = 2
