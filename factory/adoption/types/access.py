"""Who may do what: IAM, KMS, Secrets Manager."""

from __future__ import annotations

from factory.adoption.kinds import Kind, Owner

_NO_ENTITY = ("NoSuchEntity",)
_GONE_SOON = "it is to be deleted on a day that is set: take that back, or wait until it is gone"
_ROLE = "{role!tail}"

ACCESS = (
    Kind("aws_iam_role", "iam.get_role", {"RoleName": "{name}"}, "{name}", missing=_NO_ENTITY),
    Kind("aws_iam_user", "iam.get_user", {"UserName": "{name}"}, "{name}", missing=_NO_ENTITY),
    Kind("aws_iam_policy", "iam.get_policy",
         {"PolicyArn": "arn:{partition}:iam::{account}:policy{path}{name}"},
         "arn:{partition}:iam::{account}:policy{path}{name}", missing=_NO_ENTITY, defaults={"path": "/"}),
    Kind("aws_iam_role_policy", "iam.get_role_policy", {"RoleName": _ROLE, "PolicyName": "{name}"},
         f"{_ROLE}:{{name}}", missing=_NO_ENTITY),
    Kind("aws_iam_user_policy", "iam.get_user_policy", {"UserName": "{user}", "PolicyName": "{name}"},
         "{user}:{name}", missing=_NO_ENTITY),
    Kind("aws_iam_role_policy_attachment", "iam.list_attached_role_policies", {"RoleName": _ROLE},
         f"{_ROLE}/{{policy_arn}}", items="AttachedPolicies", where={"PolicyArn": "{policy_arn}"}, missing=_NO_ENTITY),
    Kind("aws_iam_user_policy_attachment", "iam.list_attached_user_policies", {"UserName": "{user}"},
         "{user}/{policy_arn}", items="AttachedPolicies", where={"PolicyArn": "{policy_arn}"}, missing=_NO_ENTITY),
    Kind("aws_iam_instance_profile", "iam.get_instance_profile", {"InstanceProfileName": "{name}"}, "{name}",
         missing=_NO_ENTITY),
    Kind("aws_iam_openid_connect_provider", "iam.get_open_id_connect_provider",
         {"OpenIDConnectProviderArn": "arn:{partition}:iam::{account}:oidc-provider/{url!bare}"},
         "arn:{partition}:iam::{account}:oidc-provider/{url!bare}", missing=_NO_ENTITY),
    # A service names its role itself; of several, made with suffixes, none is chosen.
    Kind("aws_iam_service_linked_role", "iam.list_roles", {"PathPrefix": "/aws-service-role/{aws_service_name}/"},
         "{found.Arn}", items="Roles"),
    Kind("aws_kms_alias", "kms.list_aliases", {}, "{name}", items="Aliases", where={"AliasName": "{name}"}),
    # A key has no name. Its alias has one: without this the alias of an old key would be turned to a new one.
    Kind("aws_kms_key", "kms.describe_key", {"KeyId": "{owner.name}"}, "{found.KeyId}", items="KeyMetadata",
         missing=("NotFoundException",), owner=Owner("aws_kms_alias", "target_key_id"),
         unusable={"KeyState == 'PendingDeletion'": _GONE_SOON}),
    Kind("aws_kms_key_policy", "kms.describe_key", {"KeyId": "{key_id}"}, "{key_id}", missing=("NotFoundException",)),
    Kind("aws_secretsmanager_secret", "secretsmanager.describe_secret", {"SecretId": "{name}"}, "{found.ARN}",
         missing=("ResourceNotFoundException",), unusable={"DeletedDate": _GONE_SOON}),
    Kind("aws_secretsmanager_secret_policy", "secretsmanager.get_resource_policy", {"SecretId": "{secret_arn}"},
         "{secret_arn}", items="ResourcePolicy", missing=("ResourceNotFoundException",)),
)  # fmt: skip
