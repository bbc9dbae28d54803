"""S3 buckets with everything that is set on them, DynamoDB, EFS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from factory.adoption.answers import NOT_THERE, Answer, Finding, error_code, there, unusable
from factory.adoption.kinds import ClientOf, Kind
from factory.adoption.words import fill

_NO_BUCKET = "NoSuchBucket"


def _bucket(client_of: ClientOf, words: Mapping[str, Any]) -> Finding:
    """Names of buckets are the world's, not an account's: one that may not be looked at may be anybody's.

    Its owner may list it among his own; who cannot see it there, and may see that list, is not its owner.
    """
    name = fill("{bucket}", words)
    client = client_of("s3")
    try:
        region = client.head_bucket(Bucket=name).get("BucketRegion")
    except ClientError as error:
        if error_code(error) in ("404", _NO_BUCKET):
            return NOT_THERE
        if error_code(error) not in ("403", "AccessDenied", "Forbidden"):
            raise
        return _whose(client, name)
    if region and region != words["region"]:
        return unusable(f"the bucket lies in {region}, and the plan wants it in {words['region']}")
    return there(name)


def _whose(client: Any, name: str) -> Finding:
    try:
        own = {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}
    except ClientError as error:
        detail = f"HeadBucket: 403, and ListBuckets: {error_code(error)}: the bucket is another account's, or ours"
        return Finding(Answer.MAY_NOT_LOOK, detail=detail)
    if name in own:
        return Finding(Answer.MAY_NOT_LOOK, detail="HeadBucket: 403, though ListBuckets names it as ours")
    return Finding(Answer.ANOTHER_ACCOUNTS, detail="HeadBucket: 403, and ListBuckets does not name it")


def _object(client_of: ClientOf, words: Mapping[str, Any]) -> Finding:
    bucket, key = fill("{bucket}", words), fill("{key}", words)
    client_of("s3").head_object(Bucket=bucket, Key=key)
    return there(f"{bucket}/{key}")


def _of_bucket(part: str, method: str, *missing: str, items: str = "") -> Kind:
    """What is set on a bucket: there, if the bucket says something of it."""
    return Kind(
        type=f"aws_s3_bucket_{part}",
        call=f"s3.{method}",
        parameters={"Bucket": "{bucket}"},
        import_id="{bucket}",
        items=items,
        missing=(_NO_BUCKET, *missing),
    )


# What goes to EventBridge is an empty object where it is on.
_ANY_NOTIFICATION = (
    "(TopicConfigurations || QueueConfigurations || LambdaFunctionConfigurations || EventBridgeConfiguration != `null`)"
    " && ['one']"
)

STORAGE = (
    Kind("aws_s3_bucket", probe=_bucket),
    Kind("aws_s3_object", probe=_object, missing=("404", "NoSuchKey", _NO_BUCKET)),
    _of_bucket("versioning", "get_bucket_versioning", items="Status"),
    _of_bucket("server_side_encryption_configuration", "get_bucket_encryption",
               "ServerSideEncryptionConfigurationNotFoundError"),
    _of_bucket("policy", "get_bucket_policy", "NoSuchBucketPolicy"),
    _of_bucket("public_access_block", "get_public_access_block", "NoSuchPublicAccessBlockConfiguration"),
    _of_bucket("lifecycle_configuration", "get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration"),
    _of_bucket("logging", "get_bucket_logging", items="LoggingEnabled"),
    _of_bucket("notification", "get_bucket_notification_configuration", items=_ANY_NOTIFICATION),
    _of_bucket("ownership_controls", "get_bucket_ownership_controls", "OwnershipControlsNotFoundError"),
    _of_bucket("cors_configuration", "get_bucket_cors", "NoSuchCORSConfiguration"),
    _of_bucket("object_lock_configuration", "get_object_lock_configuration", "ObjectLockConfigurationNotFoundError"),
    Kind("aws_s3_bucket_acl", "s3.get_bucket_acl", {"Bucket": "{bucket}"},
         "{bucket}{acl && join('', [',', acl]) || ''}", items="Grants && [Owner]", missing=(_NO_BUCKET,)),
    Kind("aws_s3_account_public_access_block", "s3control.get_public_access_block", {"AccountId": "{account}"},
         "{account}", missing=("NoSuchPublicAccessBlockConfiguration",)),
    Kind("aws_dynamodb_table", "dynamodb.describe_table", {"TableName": "{name}"}, "{name}", items="Table",
         missing=("ResourceNotFoundException",),
         unusable={"TableStatus == 'DELETING'": "the table is being deleted: run again when it is gone"}),
    Kind("aws_efs_file_system", "efs.describe_file_systems", {"CreationToken": "{creation_token}"},
         "{found.FileSystemId}", items="FileSystems[?LifeCycleState != 'deleted']", missing=("FileSystemNotFound",)),
    Kind("aws_efs_access_point", "efs.describe_access_points", {"FileSystemId": "{file_system_id}"},
         "{found.AccessPointId}", items="AccessPoints", where={"RootDirectory.Path": "{root_directory[0].path}"},
         missing=("FileSystemNotFound",)),
    Kind("aws_efs_mount_target", "efs.describe_mount_targets", {"FileSystemId": "{file_system_id}"},
         "{found.MountTargetId}", items="MountTargets", where={"SubnetId": "{subnet_id}"},
         missing=("FileSystemNotFound",)),
    Kind("aws_efs_file_system_policy", "efs.describe_file_system_policy", {"FileSystemId": "{file_system_id}"},
         "{file_system_id}", items="Policy", missing=("PolicyNotFound", "FileSystemNotFound")),
    Kind("aws_efs_backup_policy", "efs.describe_backup_policy", {"FileSystemId": "{file_system_id}"},
         "{file_system_id}", items="BackupPolicy", missing=("PolicyNotFound", "FileSystemNotFound")),
)  # fmt: skip
