"""boto3's own settings, for the programs that have it: a sentence for what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError

from contracts.errors import SettingsError


@contextmanager
def aws_settings() -> Iterator[None]:
    """Where clients of AWS are made: what boto3 cannot be set up with is a wrong setting.

    Raises:
        SettingsError: no region, an unknown profile, an address that is none.
    """
    try:
        yield
    except (BotoCoreError, ValueError) as error:
        # boto3 reads AWS_DEFAULT_REGION; other programs' AWS_REGION it does not.
        raise SettingsError(
            f"AWS cannot be set up: {str(error).rstrip('.')}.",
            remedy="See AWS_DEFAULT_REGION, AWS_ENDPOINT_URL and AWS_PROFILE.",
        ) from None
