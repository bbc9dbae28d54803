"""Parameters of `s3`, `dynamoDB` and `dynamoDBv2`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from rules.parameters.model import AwsModel, RoleArn, Text, one_of, written_as

TableName = Annotated[str, written_as(r"[a-zA-Z0-9_.-]{3,255}", "a DynamoDB table has 3-255 letters, digits and . - _")]
KeyType = Annotated[str, one_of("STRING", "NUMBER")]


class S3Parameters(AwsModel):
    """Writes each message to an object."""

    role_arn: RoleArn
    bucket_name: Annotated[
        str, written_as(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "a bucket has 3-63 small letters, digits, dots and dashes")
    ]
    key: str = Field(min_length=1, description="Key of the object; may hold templates.")
    canned_acl: (
        Literal[
            "private",
            "public-read",
            "public-read-write",
            "aws-exec-read",
            "authenticated-read",
            "bucket-owner-read",
            "bucket-owner-full-control",
            "log-delivery-write",
        ]
        | None
    ) = None


class DynamoDbParameters(AwsModel):
    """Writes each message to one column of an item."""

    role_arn: RoleArn
    table_name: TableName
    hash_key_field: Text
    hash_key_value: Text
    hash_key_type: KeyType = "STRING"
    range_key_field: Text | None = None
    range_key_value: Text | None = None
    range_key_type: KeyType | None = None
    payload_field: Text = "payload"
    operation: Annotated[str, one_of("INSERT", "UPDATE", "DELETE")] = "INSERT"

    @model_validator(mode="after")
    def _range_key_is_whole(self) -> DynamoDbParameters:
        if (self.range_key_field is None) != (self.range_key_value is None):
            raise ValueError("rangeKeyField and rangeKeyValue need each other")
        if self.range_key_type is not None and self.range_key_field is None:
            raise ValueError("rangeKeyType needs rangeKeyField and rangeKeyValue")
        return self


class PutItemParameters(AwsModel):
    """Where `dynamoDBv2` writes to."""

    table_name: TableName


class DynamoDbV2Parameters(AwsModel):
    """Writes each key of a message to a column of its own."""

    role_arn: RoleArn
    put_item: PutItemParameters
