"""The bucket that takes segments."""

from __future__ import annotations

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from contracts.aws import aws_settings
from simulator.shipping.shipper import Put, ShippingError

# Tried again by the routine, which knows how long it may take: a stop must not wait for a call that has no end.
_CONFIG = Config(connect_timeout=3, read_timeout=6, retries={"total_max_attempts": 1})


def bucket_of(name: str) -> Put:
    """Stores objects in a bucket.

    Args:
        name: of the bucket.

    Raises:
        SettingsError: AWS cannot be set up.
    """
    # Here and not above: whoever does not ship need not have it in memory.
    import boto3

    with aws_settings():
        client = boto3.client("s3", config=_CONFIG)

    def put(key: str, content: bytes) -> None:
        try:
            client.put_object(Bucket=name, Key=key, Body=content)
        except (ClientError, BotoCoreError) as error:
            raise ShippingError(f"s3://{name}/{key} was not taken: {str(error).rstrip('.')}.") from error

    return put
