"""Settings of the local AWS and the emulator's own environment made from them."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.resources import REGION
from factory.local_aws.credentials import RootCredentials

SERVICES = (
    "s3,sqs,sns,dynamodb,dynamodbstreams,lambda,iam,sts,secretsmanager,logs,monitoring,events,firehose,kms,ses,"
    "iot,iot-data,ssm,kinesis,states,ecr,ecs"
)
"""What the factory uses or will, what the actions of its rules engine call, and what Terraform makes beside them; the
emulator's other services (and their side processes) stay off."""

TEMPORARY = "tmp"
"""Directory of the emulator's temporary files, in the data directory; emptied at each start."""


class LocalAwsSettings(BaseSettings):
    """Settings of `python -m factory.local_aws`."""

    model_config = SettingsConfigDict(env_prefix="LOCAL_AWS_")

    host: str = Field(default="127.0.0.1", description="address that both listeners bind to")
    http_port: int = Field(default=4566, ge=1, le=65535, description="port of the AWS API")
    mqtt_port: int = Field(default=8883, ge=1, le=65535, description="port of the MQTT broker")
    data_dir: Path = Field(default=Path("var/aws"), description="directory of the state")
    account: str = Field(default="000000000000", pattern=r"^\d{12}$", description="account number of the local AWS")
    region: str = Field(default=REGION, pattern=r"^[a-z]{2}(-[a-z]+)+-\d$", description="AWS region that it plays")
    name: str = Field(default="localhost", min_length=1, description="host name that clients dial, beside localhost")
    log_level: str = Field(
        default="warning", pattern="^(debug|info|warning|error)$", description="lowest level logged by the emulator"
    )


def emulator_environment(settings: LocalAwsSettings, root: RootCredentials) -> dict[str, str]:
    """The environment in which the emulator must be imported.

    Args:
        settings: ours.
        root: key of the account's root; the emulator's own is the well-known `test`.
    """
    state = settings.data_dir.absolute()
    environment = {
        "AUTH": "true",
        "AWS_ACCESS_KEY_ID": root.access_key_id,
        "AWS_SECRET_ACCESS_KEY": root.secret_access_key,
        "BIND_HOST": settings.host,
        "GATEWAY_PORT": str(settings.http_port),
        "IOT_MTLS_ENABLED": "1",
        "IOT_MTLS_PORT": str(settings.mqtt_port),
        "LOG_LEVEL": settings.log_level.upper(),
        "MINISTACK_ACCOUNT_ID": settings.account,
        "MINISTACK_REGION": settings.region,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state / "s3"),
        "SERVICES": SERVICES,
        # Of each function that runs, and of each start, it leaves files behind.
        "TMPDIR": str(state / TEMPORARY),
        "SFTP_ENABLED": "0",
        "SFTP_HOST": "127.0.0.1",
        # The emulator would remove the containers of another emulator on this machine's Docker.
        "DOCKER_HOST": f"unix://{os.devnull}/none",
    }
    if settings.name != "localhost":
        environment["MINISTACK_HOST"] = settings.name
    return environment
