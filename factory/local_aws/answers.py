"""Answers in which the emulator differs from AWS, put right: Terraform and `factory provision` believe them.

Found in ministack 1.5.33 by applying `terraform/examples/minimal` into it:

* the address of the IoT endpoint had the port of the emulator's API behind it; AWS tells a host alone
  (API reference, DescribeEndpoint), which is dialled on 8883 or 443;
* a secret that was made without a value answered with a version that has none; on AWS such a secret has no version,
  and who asks for its value is told that there is nothing (user guide, "Create an AWS Secrets Manager secret");
* its functions speak plain HTTP to it, so that a bucket that refuses whatever came without TLS refused them: what comes
  over this machine's loopback, where there is no wire, now counts as having come by TLS.
"""

# ruff: noqa: SLF001 - replacing the private names of another program is what this file is for
from __future__ import annotations

import functools
import ipaddress
import json
from typing import Any, Final

from factory.local_aws.holes import check_names

ORIGIN_NAMES: Final = {"pin_request_origin": "function"}
ENDPOINT_NAMES: Final = {"_describe_endpoint": "function"}
SECRET_NAMES: Final = {"_get_secret_value": "function", "error_response_json": "function"}


def answer_as_aws(application: Any, iot: Any, secrets: Any) -> None:
    """Put the answers right.

    Args:
        application: `ministack.app`.
        iot: `ministack.services.iot`.
        secrets: `ministack.services.secretsmanager`.

    Raises:
        EmulatorMovedError: one of the names is not what it was.
    """
    check_names(application, ORIGIN_NAMES)
    check_names(iot, ENDPOINT_NAMES)
    check_names(secrets, SECRET_NAMES)
    application.pin_request_origin = _secure_on_loopback(application.pin_request_origin)
    iot._describe_endpoint = _host_alone(iot._describe_endpoint)
    secrets._get_secret_value = _nothing_where_nothing_is(secrets, secrets._get_secret_value)


def _secure_on_loopback(pin: Any) -> Any:
    @functools.wraps(pin)
    def pin_origin(source_ip: str, secure_transport: bool) -> None:
        pin(source_ip, secure_transport or _is_loopback(source_ip))

    return pin_origin


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _host_alone(describe: Any) -> Any:
    @functools.wraps(describe)
    def describe_host(query: Any) -> tuple[int, dict[str, str], bytes]:
        status, headers, body = describe(query)
        told = json.loads(body)
        if "endpointAddress" in told:
            body = json.dumps(told | {"endpointAddress": told["endpointAddress"].partition(":")[0]}).encode()
        return status, headers, body

    return describe_host


def _nothing_where_nothing_is(secrets: Any, value_of: Any) -> Any:
    @functools.wraps(value_of)
    def value_or_nothing(request: Any) -> Any:
        status, headers, body = value_of(request)
        if status == 200 and not json.loads(body).keys() & {"SecretString", "SecretBinary"}:
            stage = request.get("VersionStage", "AWSCURRENT")
            return secrets.error_response_json(
                "ResourceNotFoundException",
                f"Secrets Manager can't find the specified secret value for staging label: {stage}",
                400,
            )
        return status, headers, body

    return value_or_nothing
