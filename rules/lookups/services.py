"""The services behind the look-up functions, asked with boto3.

What each of them asks and answers follows the AWS IoT developer guide, "Functions"; the engine asks with its own
credentials, so the roles that statements name are not assumed.
"""

# ruff: noqa: ARG002 - the roles are part of what a statement says, and so of the interface

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from botocore.exceptions import ReadTimeoutError

from rules.actions.aws import Clients, sorted_errors
from rules.errors import ActionError, LookUpError
from rules.lookups.cache import TimedCache
from rules.lookups.clients import ANSWER_TIMEOUT_S
from rules.lookups.items import key_attribute, plain_item
from rules.measures import Measures
from rules.sql.conversions import to_text
from rules.sql.functions.encoding import MAX_DESCRIPTOR
from rules.sql.json_text import decode, to_json
from rules.sql.values import UNDEFINED, Value

KEPT_S: Final = 15 * 60
"""Age at which secrets and descriptors are read again [s] (guide, get_secret(); "Decoding protobuf payloads")."""
KEPT_SECRETS: Final = 1_000
KEPT_DESCRIPTORS: Final = 256
"""Of 32 KiB at most, so 8 MiB in all."""
MAX_ITEM_BYTES: Final = 8 * 1024
"""Of an item that is larger the guide says that the action may not be invoked; here it never is."""


class AwsServices:
    """What `rules.sql.Services` asks for, answered by AWS; shared by threads.

    Args:
        clients: clients of the services.
        measures: what is counted.
        clock: tells the time for what is kept [s].

    Every method raises LookUpError where there is no answer: the service refuses, is away, is slower than two seconds,
    or says something that the function cannot use.
    """

    def __init__(self, clients: Clients, measures: Measures, clock: Callable[[], float] = time.monotonic) -> None:
        self._clients = clients
        self._measures = measures
        self._secrets: TimedCache[Mapping[str, str | bytes]] = TimedCache(
            lifetime_s=KEPT_S, size=KEPT_SECRETS, clock=clock
        )
        self._descriptors: TimedCache[bytes] = TimedCache(lifetime_s=KEPT_S, size=KEPT_DESCRIPTORS, clock=clock)

    def invoke_lambda(self, arn: str, payload: Value) -> Value:
        """What a function returns for a JSON value; it has two seconds (Lambda API reference, Invoke)."""
        with self._asked("aws_lambda", f"Failed to invoke {arn!r}"):
            answer = self._clients.client("lambda").invoke(
                FunctionName=arn, InvocationType="RequestResponse", Payload=to_json(payload).encode("utf-8", "replace")
            )
            said = answer["Payload"].read()
            if "FunctionError" in answer:
                raise LookUpError(f"{arn!r} ended with an error ({answer['FunctionError']}): {_shown(said)}.")
            return _json(said, f"{arn!r} returns")

    def dynamodb_item(self, table: str, key: Mapping[str, Value], role: str) -> Mapping[str, Value] | None:
        """The item with this key, or None (DynamoDB API reference, GetItem)."""
        with self._asked("get_dynamodb", f"Failed to get an item of the table {table!r}"):
            attributes = {name: key_attribute(name, value) for name, value in key.items()}
            item = self._clients.client("dynamodb").get_item(TableName=table, Key=attributes).get("Item")
            if item is None:
                return None
            found = plain_item(item)
            size = len(to_json(found).encode("utf-8", "replace"))
            if size > MAX_ITEM_BYTES:
                raise LookUpError(f"the item of {table!r} has {size} bytes as JSON; {MAX_ITEM_BYTES} are allowed.")
            return found

    def registry(self, api: str, thing: str, role: str) -> Mapping[str, Value]:
        """What the registry says, as its API does (IoT API reference, DescribeThing and ListThingGroupsForThing)."""
        with self._asked("get_registry_data", f"Failed to call {api} for the thing {thing!r}"):
            iot = self._clients.client("iot")
            # A thing is in ten groups at most (AWS General Reference), so there is no second page.
            ask = iot.describe_thing if api == "DescribeThing" else iot.list_thing_groups_for_thing
            return {name: value for name, value in ask(thingName=thing).items() if name != "ResponseMetadata"}

    def secret(self, secret_id: str, role: str) -> Mapping[str, str | bytes]:
        """The current version of a secret, at most 15 minutes old (Secrets Manager API reference, GetSecretValue)."""

        def ask() -> Mapping[str, str | bytes]:
            with self._asked("get_secret", f"Failed to get the secret {secret_id!r}"):
                answer = self._clients.client("secretsmanager").get_secret_value(SecretId=secret_id)
                return {part: answer[part] for part in ("SecretString", "SecretBinary") if part in answer}

        return self._secrets.get(secret_id, ask)

    def thing_shadow(self, thing: str, shadow_name: str | None, role: str) -> Mapping[str, Value]:
        """A shadow document, classic or named (IoT data plane API reference, GetThingShadow)."""
        named = {} if shadow_name is None else {"shadowName": shadow_name}
        with self._asked("get_thing_shadow", f"Failed to get a shadow of the thing {thing!r}"):
            answer = self._clients.client("iot-data").get_thing_shadow(thingName=thing, **named)
            document: Mapping[str, Value] = _json(answer["payload"].read(), "the shadow is")
            return document

    def predict(self, model: str, role: str, record: Mapping[str, Value]) -> Mapping[str, Value]:
        """A prediction, from the model's own real-time endpoint (Machine Learning API reference, Predict).

        A record is text by text, so numbers are sent as text, and what has no text (Null) is left out.
        """
        with self._asked("machinelearning_predict", f"Failed to predict with the model {model!r}"):
            service = self._clients.client("machinelearning")
            # The guide's role may call GetMLModel, for this: each model has an address of its own.
            endpoint = service.get_ml_model(MLModelId=model).get("EndpointInfo", {})
            if endpoint.get("EndpointStatus") != "READY":
                raise LookUpError(f"the model {model!r} has no real-time endpoint that is ready.")
            texts = {name: text for name, value in record.items() if (text := to_text(value)) is not UNDEFINED}
            answer = service.predict(MLModelId=model, Record=texts, PredictEndpoint=endpoint["EndpointUrl"])
            prediction: Mapping[str, Value] = answer["Prediction"]
            return prediction

    def s3_object(self, bucket: str, key: str) -> bytes:
        """A descriptor, at most 15 minutes old; of one that is too large only so much as shows that it is."""

        def ask() -> bytes:
            with self._asked("decode", f"Failed to get the S3 object {key!r} of {bucket!r}"):
                body = self._clients.client("s3").get_object(Bucket=bucket, Key=key)["Body"]
                data: bytes = body.read(MAX_DESCRIPTOR + 1)
                body.close()
                return data

        return self._descriptors.get((bucket, key), ask)

    @contextmanager
    def _asked(self, function: str, deed: str) -> Iterator[None]:
        """Time and count a look-up, and say for people why it failed."""
        with self._measures.look_up_seconds.labels(function).time():
            try:
                with sorted_errors(deed):
                    yield
            except ActionError as error:
                self._measures.look_up_failures.labels(function).inc()
                slow = isinstance(error.__cause__, ReadTimeoutError)
                said = f"{deed}. No answer within {ANSWER_TIMEOUT_S * 1000:.0f} ms." if slow else error.message
                raise LookUpError(said) from error
            except LookUpError:
                self._measures.look_up_failures.labels(function).inc()
                raise


def _json(data: bytes, who: str) -> Any:
    try:
        return decode(data)
    except ValueError as error:
        raise LookUpError(f"{who} no JSON: {_shown(data)}.") from error


def _shown(data: bytes) -> str:
    return data[:200].decode("utf-8", "replace")
