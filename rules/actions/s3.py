"""The `s3` action: an object a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from rules.actions.action import Action, Occasion, as_text
from rules.actions.aws import Clients, sorted_errors
from rules.errors import FinalError
from rules.parameters import S3Parameters

MAX_KEY_BYTES = 1024
"""Longest key of S3 (Amazon S3 User Guide, "Naming Amazon S3 objects")."""


@dataclass(frozen=True, slots=True)
class S3Object:
    """An object to be written."""

    bucket: str
    key: str
    body: bytes
    canned_acl: str | None

    def describe(self) -> dict[str, Any]:
        """The request for people."""
        acl = {"cannedAcl": self.canned_acl} if self.canned_acl else {}
        return {"bucket": self.bucket, "key": self.key, **acl, "body": as_text(self.body)}


class S3Action(Action[S3Object]):
    """Writes the result of SELECT to an object whose key is a template."""

    kind: ClassVar[str] = "s3"
    failed_action: ClassVar[str] = "S3Action"

    def __init__(self, parameters: S3Parameters, clients: Clients) -> None:
        self._parameters = parameters
        self._clients = clients
        self.resource = parameters.bucket_name

    def prepare(self, occasion: Occasion) -> S3Object:
        """The object of one message."""
        bucket = occasion.text(self._parameters.bucket_name, "bucketName")
        key = occasion.text(self._parameters.key, "key")
        if not key or len(key.encode()) > MAX_KEY_BYTES:
            raise FinalError(
                f"Failed to put S3 object. The key {key[:80]!r} has {len(key.encode())} bytes, not 1-1024."
            )
        return S3Object(bucket, key, occasion.data, self._parameters.canned_acl)

    def perform(self, request: S3Object) -> None:
        """Write it; the same key again replaces it."""
        acl: Any = {"ACL": request.canned_acl} if request.canned_acl else {}
        with sorted_errors("Failed to put S3 object"):
            self._clients.s3.put_object(
                Bucket=request.bucket,
                Key=request.key,
                Body=request.body,
                ContentType=_content_type(request.body),
                **acl,
            )


def _content_type(body: bytes) -> str:
    return "application/json" if body[:1] in (b"{", b"[") else "application/octet-stream"
