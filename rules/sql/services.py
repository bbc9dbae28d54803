"""What the look-up functions need from the world outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from rules.sql.values import Value


class Services(Protocol):
    """The look-ups behind ``aws_lambda()``, ``get_secret()`` and their kin.

    Each method may block and may raise whatever it likes: any exception makes the rule fail with an
    EvaluationError, unless the statement wraps the call in ``get_or_default()``. Answers are plain Python
    values as ``json`` or boto3 give them; role is the ARN that the statement names.
    """

    def invoke_lambda(self, arn: str, payload: Value) -> Value:
        """The answer of a Lambda function to a JSON payload."""

    def dynamodb_item(self, table: str, key: Mapping[str, Value], role: str) -> Mapping[str, Value] | None:
        """The item with this key, as plain values, or None."""

    def registry(self, api: str, thing: str, role: str) -> Mapping[str, Value]:
        """What ``DescribeThing`` or ``ListThingGroupsForThing`` says about a thing."""

    def secret(self, secret_id: str, role: str) -> Mapping[str, str | bytes]:
        """A secret with its ``SecretString`` or its ``SecretBinary``."""

    def thing_shadow(self, thing: str, shadow_name: str | None, role: str) -> Mapping[str, Value]:
        """The shadow document of a thing; without a name the classic one."""

    def predict(self, model: str, role: str, record: Mapping[str, Value]) -> Mapping[str, Value]:
        """A model's prediction for a flat record."""

    def s3_object(self, bucket: str, key: str) -> bytes:
        """The bytes of an object, which describe protobuf messages."""
