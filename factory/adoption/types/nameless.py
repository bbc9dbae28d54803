"""Types that are not looked for, each with the reason."""

from __future__ import annotations

_DRAWN = "AWS draws its id, and a Name tag may be shared: a network is not adopted, but a new one made"
_ACCOUNT = "a setting that every account has: Terraform sets it, and has no import for it"
_NOT_IMPORTABLE = "the provider cannot import it; to make it once more changes nothing"

NAMELESS = {
    **dict.fromkeys(
        (
            "aws_vpc", "aws_subnet", "aws_internet_gateway", "aws_nat_gateway", "aws_eip", "aws_route_table",
            "aws_vpc_endpoint", "aws_flow_log", "aws_network_acl", "aws_ec2_managed_prefix_list",
        ),
        _DRAWN,
    ),
    **dict.fromkeys(
        ("aws_route", "aws_route_table_association", "aws_vpc_endpoint_route_table_association"),
        "it belongs to a route table, whose id AWS draws",
    ),
    **dict.fromkeys(
        ("aws_default_security_group", "aws_default_route_table", "aws_default_network_acl"),
        "every network has one, and Terraform takes it over without an import",
    ),
    **dict.fromkeys(
        ("aws_iot_logging_options", "aws_iot_indexing_configuration", "aws_iot_event_configurations"), _ACCOUNT
    ),
    **dict.fromkeys(
        ("aws_iot_policy_attachment", "aws_iot_thing_principal_attachment", "aws_lb_target_group_attachment",
         "aws_appautoscaling_scheduled_action"),
        _NOT_IMPORTABLE,
    ),
    "aws_acm_certificate_validation": "nothing in AWS: Terraform waits here for a certificate",
    "aws_ecs_task_definition": "a revision never changes: each apply registers the next one of its family",
    "aws_lambda_layer_version": "a version never changes: each apply publishes the next one",
    "aws_secretsmanager_secret_version": "its id is drawn, and to adopt it would write the secret into the state",
    "aws_dynamodb_table_item": "data, not a resource: the provider cannot import it",
    "aws_iot_certificate": "its id is drawn, and keys must never enter the state: factory provision makes them",
    "terraform_data": "nothing in AWS: it lives in the state alone",
}  # fmt: skip
"""Reason by type."""

RENEWED = {
    "aws_ecs_task_definition": "a revision never changes, a new one takes its place",
    "aws_lambda_layer_version": "a version never changes, a new one takes its place",
    "aws_sagemaker_model": "it cannot be changed, and holds nothing",
    "aws_sagemaker_endpoint_configuration": "it cannot be changed, and holds nothing",
    "terraform_data": "it lives in the state alone",
}
"""Types that an everyday apply replaces, and why nothing is lost by that; what is adopted is never among them."""
