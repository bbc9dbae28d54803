"""The fleet's function: its code, its settings, and who calls it."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any

from contracts.resources import FLEET_INBOX, FLEET_RULE, Resources
from factory.provision.clients import Clients
from factory.provision.policies import sqs_arn
from factory.provision.request import FleetRequest
from factory.provision.steps import Step, found
from maintenance.fleet.settings import FleetSettings, environment_of
from maintenance.fleet.zip import ARCHITECTURE, ENTRY, RUNTIME, function_zip

TIMEOUT_S = 300
VISIBILITY_S = 360
"""How long the retry queue hides a message that is worked on; Lambda wants it longer than the function may take."""
MEMORY_MB = 512
RETRIES_AT_ONCE = 5
_ROLE_PATIENCE_S = 30.0
_CALLERS = ("s3", "rule")


def function_step(clients: Clients, names: Resources, fleet: FleetRequest, endpoint_url: str | None) -> Step:
    """The function itself.

    Args:
        clients: of the account.
        names: of the plant.
        fleet: what is asked for.
        endpoint_url: address of a local AWS.
    """
    code = function_zip()
    name = names.fleet_function

    def make() -> None:
        wanted = _configuration(clients, names, fleet, endpoint_url)
        if _read(clients, name) is None:
            _create(clients, wanted, code)
            clients.functions.get_waiter("function_active_v2").wait(FunctionName=name)
            return
        clients.functions.update_function_code(FunctionName=name, ZipFile=code, Architectures=[ARCHITECTURE])
        clients.functions.get_waiter("function_updated_v2").wait(FunctionName=name)
        clients.functions.update_function_configuration(**wanted)
        clients.functions.get_waiter("function_updated_v2").wait(FunctionName=name)

    there = _read(clients, name)
    same = there is not None and _is_as_wanted(there, code, clients, names, fleet, endpoint_url)
    return Step("function", name, found(there is not None, same), make)


def _create(clients: Clients, wanted: dict[str, Any], code: bytes) -> None:
    """Make the function; a role that was just made cannot be taken on for some seconds."""
    until = time.monotonic() + _ROLE_PATIENCE_S
    while True:
        try:
            clients.functions.create_function(**wanted, Architectures=[ARCHITECTURE], Code={"ZipFile": code})
        except clients.functions.exceptions.InvalidParameterValueException as error:
            if "assume" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(2.0)
        else:
            return


def _read(clients: Clients, name: str) -> Any:
    try:
        return clients.functions.get_function_configuration(FunctionName=name)
    except clients.functions.exceptions.ResourceNotFoundException:
        return None


def _is_as_wanted(
    there: Any, code: bytes, clients: Clients, names: Resources, fleet: FleetRequest, endpoint_url: str | None
) -> bool:
    if there["CodeSha256"] != base64.b64encode(hashlib.sha256(code).digest()).decode():
        return False
    if there.get("Architectures") != [ARCHITECTURE]:
        return False
    try:
        wanted = _configuration(clients, names, fleet, endpoint_url)
    except clients.sqs.exceptions.QueueDoesNotExist:
        return False
    return all(there.get(name) == value for name, value in wanted.items())


def _configuration(clients: Clients, names: Resources, fleet: FleetRequest, endpoint_url: str | None) -> dict[str, Any]:
    def url(queue: str) -> str:
        return clients.sqs.get_queue_url(QueueName=queue)["QueueUrl"]

    settings = FleetSettings(
        table=names.fleet_readings_table,
        vehicles_table=names.fleet_vehicles_table,
        alerts_table=names.fleet_alerts_table,
        topic_arn=names.fleet_topic_arn,
        endpoint=names.fleet_endpoint,
        retry_queue_url=url(names.fleet_retry_queue),
        dead_letters_url=url(names.fleet_dead_letters),
        administrators=fleet.administrators,
        zone=fleet.zone,
        threshold_c=fleet.threshold_c,
        window_s=fleet.window_s,
    )
    local = {"AWS_ENDPOINT_URL": endpoint_url, "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": fleet.model_url}
    environment = {name: text for name, text in environment_of(settings).items() if text} | {
        name: address for name, address in local.items() if address
    }
    return {
        "FunctionName": names.fleet_function,
        "Runtime": RUNTIME,
        "Role": f"arn:aws:iam::{names.account}:role/{names.fleet_function_role}",
        "Handler": ENTRY,
        "Timeout": TIMEOUT_S,
        "MemorySize": MEMORY_MB,
        "Environment": {"Variables": environment},
        # Where an event goes whose function failed three times.
        "DeadLetterConfig": {"TargetArn": sqs_arn(names, names.fleet_dead_letters)},
    }


def calling_steps(clients: Clients, names: Resources) -> list[Step]:
    """Who may call the function, and the two that do: the bucket and the retry queue."""
    return [permission_step(clients, names, caller) for caller in _CALLERS] + [
        notification_step(clients, names),
        mapping_step(clients, names),
    ]


def permission_step(clients: Clients, names: Resources, caller: str) -> Step:
    """The bucket, or the rule of overheated engines, may call the function."""
    source = {
        "s3": ("s3.amazonaws.com", f"arn:aws:s3:::{names.fleet_bucket}"),
        "rule": ("iot.amazonaws.com", f"arn:aws:iot:{names.region}:{names.account}:rule/{FLEET_RULE}"),
    }[caller]

    def make() -> None:
        clients.functions.add_permission(
            FunctionName=names.fleet_function,
            StatementId=caller,
            Action="lambda:InvokeFunction",
            Principal=source[0],
            SourceArn=source[1],
            SourceAccount=names.account,
        )

    try:
        policy = clients.functions.get_policy(FunctionName=names.fleet_function)["Policy"]
        there = f'"{caller}"' in policy
    except clients.functions.exceptions.ResourceNotFoundException:
        there = False
    return Step("permission", f"{names.fleet_function} by {caller}", found(there), make)


def notification_step(clients: Clients, names: Resources) -> Step:
    """An object that comes into the inbox calls the function."""
    wanted: Any = {
        "Id": "inbox",
        "LambdaFunctionArn": names.fleet_function_arn,
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": FLEET_INBOX}]}},
    }

    def make() -> None:
        clients.s3.put_bucket_notification_configuration(
            Bucket=names.fleet_bucket, NotificationConfiguration={"LambdaFunctionConfigurations": [wanted]}
        )

    try:
        said = clients.s3.get_bucket_notification_configuration(Bucket=names.fleet_bucket)
        there = [
            (one.get("Id"), one["LambdaFunctionArn"], one["Events"])
            for one in said.get("LambdaFunctionConfigurations", [])
        ]
    except clients.s3.exceptions.ClientError:
        there = []
    same = there == [(wanted["Id"], wanted["LambdaFunctionArn"], wanted["Events"])]
    return Step("notification", f"{names.fleet_bucket}/{FLEET_INBOX}", found(bool(there), same), make)


def mapping_step(clients: Clients, names: Resources) -> Step:
    """What waits in the retry queue calls the function."""
    source = sqs_arn(names, names.fleet_retry_queue)

    def make() -> None:
        clients.functions.create_event_source_mapping(
            EventSourceArn=source,
            FunctionName=names.fleet_function,
            BatchSize=RETRIES_AT_ONCE,
            ScalingConfig={"MaximumConcurrency": 2},
            FunctionResponseTypes=["ReportBatchItemFailures"],
        )

    try:
        answer = clients.functions.list_event_source_mappings(EventSourceArn=source, FunctionName=names.fleet_function)
        there = bool(answer["EventSourceMappings"])
    except clients.functions.exceptions.ResourceNotFoundException:
        there = False
    return Step("event source", names.fleet_retry_queue, found(there), make)
