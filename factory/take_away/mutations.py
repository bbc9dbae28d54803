"""What can be taken away from a Terraform file: found by the names of arguments, blocks and policies' elements.

So a resource that is new is tried without being listed here. A mutation is one change of text at one place. Files are
read in the form of `terraform fmt`, to which a test holds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from factory.take_away.hcl import closing, end_of_expression


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change of a text.

    Args:
        kind: what sort of protection it takes away, a key of `KINDS`.
        begin, end: place of what goes [characters].
        instead: what stands there then.
        what: the change in words.
    """

    kind: str
    begin: int
    end: int
    instead: str
    what: str

    def of(self, text: str) -> str:
        """The text with the change made."""
        return text[: self.begin] + self.instead + text[self.end :]


# Arguments, in resources and in the JSON of containers, without which something is weaker.
ARGUMENTS = {
    "encryption": r"kms_\w+|\w*kms_key\w*|key_type|key_arn|sse_algorithm|encryption_\w+|bucket_key_enabled"
    r"|enable_key_rotation|transit_encryption|encrypted",
    "public": r"block_public_\w+|ignore_public_acls|restrict_public_buckets|map_public_ip_on_launch"
    r"|object_ownership|i_know_this_is_public|allowed_cidrs|private_dns_enabled",
    "recovery": r"\w*deletion_protection\w*|deletion_window_in_days|recovery_window_in_days|skip_destroy"
    r"|prevent_destroy|force_destroy|force_delete|noncurrent_days|newer_noncurrent_versions",
    "images": r"image_tag_mutability|scan_on_push",
    "edge": r"drop_invalid_header_fields|desync_mitigation_mode|ssl_policy|routing_http_response\w+"
    r"|authentication|on_unauthenticated_request|methods|session_timeout",
    "container": r"user|readonlyRootFilesystem|privileged|capabilities|dependsOn|read_only|readOnly|mountOptions"
    r"|essential|secrets|stopTimeout|stop_timeout|healthCheck|health_check|enable_execute_command|logConfiguration"
    r"|platform_version",
    "deployment": r"deployment_\w+percent|availability_zone_rebalancing|deployment|health_check_grace_period_seconds"
    r"|ignore_changes",
    "logs": r"retention_in_days|log_retention_days|traffic_type|target_prefix|\w*log_level|log_destination\w*|mode",
    "alarms": r"alarm_actions|ok_actions|treat_missing_data|message_retention_seconds|redrive_policy|maxReceiveCount"
    r"|function_response_types|comparison_operator|filter_policy|dead_letter\w*",
    "rights": r"permissions_boundary|source_account|source_arn|filter_prefix|expected_bucket_owner|task_role_arn"
    r"|max_session_duration|enforce_workgroup_configuration|bytes_scanned_cutoff_per_query|security_groups",
}
BLOCKS = {
    "encryption": r"server_side_encryption|encryption_configuration|apply_server_side_encryption_by_default",
    "recovery": r"point_in_time_recovery|versioning_configuration|noncurrent_version_expiration",
    "images": r"image_scanning_configuration",
    "edge": r"access_logs|redirect|condition|stickiness|transform",
    "container": r"health_check_custom_config|authorization_config",
    "deployment": r"deployment_circuit_breaker|capacity_provider_strategy",
    "logs": r"cloudwatch_logging_options|abort_incomplete_multipart_upload|expiration|ttl",
    "alarms": r"dead_letter_config|notification|error_action|retry_policy|scaling_config",
    "validation": r"precondition|postcondition",
}
RESOURCES = re.compile(
    r"_(policy|public_access_block|versioning|encryption_configuration|lifecycle_configuration|logging|flow_log|attachment"
    r"|ownership_controls|default_security_group|alarm|budget|notification|filter|subscription|permission|event_rule"
    r"|event_target|logging_options|cloudformation_stack)\""
)
# Values that stand for the stronger of two, or of more.
WEAKER = {
    "Enabled": "Suspended", "ENABLED": "DISABLED", "IMMUTABLE": "MUTABLE", "aws:kms": "AES256", "SSE_KMS": "SSE_S3",
    "CUSTOMER_MANAGED_CMK": "AWS_OWNED_CMK", "KMS": "AES256", "BucketOwnerEnforced": "ObjectWriter", "ALL": "ACCEPT",
    "strictest": "monitor", "HTTPS": "HTTP", "SUCCESS": "START", "10001:10001": "0:0", "authenticate": "allow",
    "Deny": "Allow", "true": "false", "false": "true", "breaching": "missing", "HTTP_301": "HTTP_302",
}  # fmt: skip
# Elements of IAM's and AWS IoT's policies, and what everybody and everything is there.
WIDER = {"Action": '"*"', "Resource": '"*"', "Principal": '"*"', "NotAction": "[]", "NotResource": '"*"'}
OPEN = {
    r"cidr_ipv4|cidr": '"0.0.0.0/0"', r"ip_protocol": '"-1"', r"from_port": "0", r"to_port": "65535",
    r"referenced_security_group_id|prefix_list_id": None, r"allowed_cidrs": '["0.0.0.0/0"]',
}  # fmt: skip
KINDS = {
    **dict.fromkeys([*ARGUMENTS, *BLOCKS], "an argument or block goes"),
    "resource": "a whole resource that protects goes",
    "weaker": "a value becomes the weaker one; true becomes false",
    "condition": "a policy's Condition goes, or one of several in it",
    "deny": "a statement that denies goes",
    "star": "an action, resource or principal becomes *",
    "open": "a rule of a security group lets everybody in, or every port",
    "order": "a container or a resource no longer waits for another",
    "validation": "a variable takes whatever it is given; a precondition goes",
}


def mutations(text: str) -> list[Mutation]:
    r"""All that can be taken away from a file, in the order of its lines.

    Example:
        >>> text = 'resource "aws_kms_key" "a" {\n  enable_key_rotation = true\n}\n'
        >>> [(one.kind, one.what) for one in mutations(text)]
        [('encryption', 'without enable_key_rotation'), ('weaker', 'enable_key_rotation = false')]
    """
    makers = (_arguments, _blocks, _resources, _weaker, _conditions, _denials, _stars, _open, _order, _validations)
    found = {(one.begin, one.end, one.instead): one for maker in reversed(makers) for one in maker(text)}
    return sorted(found.values(), key=lambda one: (one.begin, one.end))


def _assigned(text: str, names: str) -> Iterator[tuple[str, int, int, int]]:
    """Arguments of these names: the name, its begin, and begin and end of its value; not in comments."""
    for match in re.finditer(rf"(?<![\w.\"-])({names})(\s*=\s*)(?![=>])", text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        # In backquotes stand descriptions.
        if not {"#", "`"} & set(line) and line.count('"') % 2 == 0:
            yield match[1], match.start(), match.end(), end_of_expression(text, match.end())


def _gone(kind: str, text: str, begin: int, end: int, what: str) -> Mutation:
    """What stands there goes, with its line or with its comma."""
    line = text.rfind("\n", 0, begin) + 1
    behind = (text + "\n").index("\n", end) + 1
    if not text[line:begin].strip() and not text[end : behind - 1].split("#")[0].strip(" ,"):
        return Mutation(kind, line, behind, "", what)
    if text.startswith(", ", end):
        return Mutation(kind, begin, end + 2, "", what)
    return Mutation(kind, begin - 2 if text.endswith(", ", 0, begin) else begin, end, "", what)


def _arguments(text: str) -> Iterator[Mutation]:
    for kind, names in ARGUMENTS.items():
        for name, begin, _, end in _assigned(text, names):
            yield _gone(kind, text, begin, end, f"without {name}")


def _blocks(text: str) -> Iterator[Mutation]:
    for kind, names in BLOCKS.items():
        for match in re.finditer(rf'(?m)^ +((?:dynamic ")?({names})"?) \{{', text):
            end = closing(text, match.end() - 1)
            yield _gone(kind, text, match.start(1), end, f"without the block {match[2]}")


def _resources(text: str) -> Iterator[Mutation]:
    for match in re.finditer(r'(?m)^resource ("\w+" "\w+") \{', text):
        if RESOURCES.search(match[1]):
            name = match[1].replace('" "', ".").strip('"')
            yield _gone("resource", text, match.start(), closing(text, match.end() - 1), f"without {name}")


def _weaker(text: str) -> Iterator[Mutation]:
    for name, _, begin, end in _assigned(text, r"(?!nullable\b)[\w-]+"):
        value = text[begin:end]
        if weaker := WEAKER.get(value.strip('"')):
            instead = value.replace(value.strip('"'), weaker)
            yield Mutation("weaker", begin, end, instead, f"{name} = {instead}")


def _conditions(text: str) -> Iterator[Mutation]:
    for _, begin, value, end in _assigned(text, "Condition"):
        yield _gone("condition", text, begin, end, "without its Condition")
        tests = list(_assigned(text[value:end], r"[A-Z]\w+"))
        for name, first, _, last in tests if len(tests) > 1 else ():
            yield _gone("condition", text, value + first, value + last, f"without {name} of its Condition")


def _denials(text: str) -> Iterator[Mutation]:
    for _, begin, value, end in _assigned(text, "Effect"):
        if text[value:end] == '"Deny"':
            opening = text.rindex("{", 0, begin)
            end = closing(text, opening)
            yield Mutation("deny", opening, end + text.startswith(",", end), "", "without this denial")


def _stars(text: str) -> Iterator[Mutation]:
    for name, _, begin, end in _assigned(text, "|".join(WIDER)):
        instead = WIDER[name]
        effect = text[max(0, text.rfind("Effect", 0, begin)) : begin]
        denies = re.match(r'Effect\s*= "Deny"', effect) is not None
        # What denies more is no weaker.
        if text[begin:end].strip("[]") != instead and (not denies or name == "NotResource"):
            yield Mutation("star", begin, end, instead, f"{name} = {instead}")


def _open(text: str) -> Iterator[Mutation]:
    for names, instead in OPEN.items():
        for name, begin, value, end in _assigned(text, names):
            if instead is None:
                yield Mutation("open", begin, end, 'cidr_ipv4 = "0.0.0.0/0"', f"everybody in place of {name}")
            elif text[value:end] != instead:
                yield Mutation("open", value, end, instead, f"{name} = {instead}")


def _order(text: str) -> Iterator[Mutation]:
    for _, begin, _, end in _assigned(text, "depends_on"):
        yield _gone("order", text, begin, end, "without depends_on")


def _validations(text: str) -> Iterator[Mutation]:
    for match in re.finditer(r'(?m)^variable "(\w+)" \{', text):
        body = closing(text, match.end() - 1)
        for block in re.finditer(r"(?m)^  validation \{", text[match.start() : body]):
            at = match.start() + block.end()
            _, _, begin, end = next(_assigned(text[at:body], "condition"))
            always = f"var.{match[1]} == var.{match[1]}"
            message = next(text[at + a : at + b] for _, _, a, b in _assigned(text[at:body], "error_message"))
            yield Mutation("validation", at + begin, at + end, always, f"without the refusal {message}")
