"""Parameters of `firehose`, `kinesis` and `kafka`."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from rules.parameters.model import AwsModel, Flag, RoleArn, Text, has_template, written_as


class FirehoseParameters(AwsModel):
    """Hands each message to a delivery stream."""

    role_arn: RoleArn
    delivery_stream_name: Annotated[
        str,
        written_as(r"[a-zA-Z0-9_.-]{1,64}", "a delivery stream has 1-64 letters, digits and . - _"),
    ]
    separator: Literal["\n", "\t", "\r\n", ","] | None = None
    batch_mode: Flag = False


class KinesisParameters(AwsModel):
    """Puts each message into a data stream."""

    role_arn: RoleArn
    stream_name: Annotated[str, written_as(r"[a-zA-Z0-9_.-]{1,128}", "a stream has 1-128 letters, digits and . - _")]
    partition_key: Text | None = None


_ALLOWED = {
    "acks": ("0", "1", "-1", "all"),
    "compression.type": ("none", "gzip", "snappy", "lz4", "zstd"),
    "security.protocol": ("SSL", "SASL_SSL"),
    "sasl.mechanism": ("PLAIN", "SCRAM-SHA-512", "GSSAPI"),
}
_FREE = (
    "bootstrap.servers",
    "key.serializer",
    "value.serializer",
    "ssl.truststore",
    "ssl.truststore.password",
    "ssl.keystore",
    "ssl.keystore.password",
    "ssl.key.password",
    "sasl.plain.username",
    "sasl.plain.password",
    "sasl.scram.username",
    "sasl.scram.password",
    "sasl.kerberos.keytab",
    "sasl.kerberos.service.name",
    "sasl.kerberos.krb5.kdc",
    "sasl.kerberos.krb5.realm",
    "sasl.kerberos.principal",
)
_NEEDED = {
    "PLAIN": ("sasl.plain.username", "sasl.plain.password"),
    "SCRAM-SHA-512": ("sasl.scram.username", "sasl.scram.password"),
    "GSSAPI": tuple(name for name in _FREE if name.startswith("sasl.kerberos.")),
}
_PORTS = range(9000, 9101)


class KafkaHeader(AwsModel):
    """A header of a Kafka record."""

    key: str = Field(max_length=16_384)
    value: str = Field(max_length=16_384)


class KafkaParameters(AwsModel):
    """Sends each message to a Kafka cluster inside a VPC."""

    destination_arn: str = Field(pattern=r"^arn:aws[a-z-]*:iot:[a-z0-9-]+:\d{12}:ruledestination/vpc/.+$")
    topic: Text
    key: str | None = None
    partition: str | None = None
    headers: tuple[KafkaHeader, ...] | None = Field(default=None, min_length=1, max_length=100)
    client_properties: dict[str, str]

    @field_validator("client_properties")
    @classmethod
    def _are_known(cls, properties: dict[str, str]) -> dict[str, str]:
        # Developer guide, "Apache Kafka", parameter `clientProperties`.
        for name, value in properties.items():
            if name not in _ALLOWED and name not in _FREE:
                raise ValueError(f"{name!r} is not a property that AWS IoT knows of Kafka's producer")
            allowed = _ALLOWED.get(name, (value,))
            if value not in allowed:
                raise ValueError(f"{name} must be {' or '.join(allowed)}, not {value!r}")
        _check_servers(properties.get("bootstrap.servers"))
        return properties

    @model_validator(mode="after")
    def _can_log_in(self) -> KafkaParameters:
        properties = self.client_properties
        if properties.get("security.protocol", "SSL") == "SSL":
            needed: tuple[str, ...] = ("ssl.keystore", "ssl.keystore.password")
        else:
            needed = ("sasl.mechanism", *_NEEDED.get(properties.get("sasl.mechanism", ""), ()))
        missing = [name for name in needed if name not in properties]
        if missing:
            raise ValueError(f"clientProperties needs {', '.join(missing)} as well")
        return self


def _check_servers(servers: str | None) -> None:
    if not servers:
        raise ValueError("bootstrap.servers is missing: host:port, separated by commas")
    for server in servers.split(","):
        port = re.fullmatch(r"[^:\s]+:(\d+)", server.strip())
        if not has_template(servers) and (port is None or int(port[1]) not in _PORTS):
            raise ValueError(f"bootstrap.servers must be host:port with a port from 9000 to 9100, not {server!r}")
