"""What can go wrong before the plant starts.

::

    FactoryError
    └── InitError                  1
        ├── AwsUnavailableError    3: AWS cannot be reached, or refuses
        ├── VerificationError      4: what was fetched is not what was provisioned; the target stays as it was
        └── AwaitedError           5: who was to answer first has not; the target stays as it was

Wrong settings are contracts.errors.SettingsError: 2.
"""

from __future__ import annotations

from contracts.errors import FactoryError


class InitError(FactoryError):
    """The identities could not be laid down."""


class AwsUnavailableError(InitError):
    """AWS cannot be reached, or refuses, after all attempts."""

    exit_status = 3


class VerificationError(InitError):
    """What was fetched is not what was provisioned."""

    exit_status = 4


class AwaitedError(InitError):
    """What was to answer before anything is laid down has not."""

    exit_status = 5
