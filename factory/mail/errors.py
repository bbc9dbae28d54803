"""What can go wrong in the post office.

::

    FactoryError
    └── MailError               root of this package
        └── SendError           an SMTP server did not take a mail
    UsageError
    └── MailSettingsError       a setting or the SMTP secret cannot be used
"""

from __future__ import annotations

from contracts.errors import FactoryError, SettingsError


class MailError(FactoryError):
    """The post office could not do its work."""


class SendError(MailError):
    """An SMTP server did not take a mail."""


class MailSettingsError(SettingsError):
    """A setting or the SMTP secret cannot be used."""
