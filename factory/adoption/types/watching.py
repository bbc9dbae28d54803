"""What watches and asks: CloudWatch, logs, Glue, Athena, budgets, Managed Prometheus, parameters, security groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from factory.adoption.answers import NOT_THERE, Finding, there, unusable
from factory.adoption.ask import answers_of
from factory.adoption.kinds import ClientOf, Kind
from factory.adoption.words import fill

_NOT_FOUND = ("ResourceNotFoundException",)
_NO_ENTITY = ("EntityNotFoundException",)
_BATCH = 50
"""Named queries that Athena tells of in one call."""


def _named_query(client_of: ClientOf, words: Mapping[str, Any]) -> Finding:
    """A named query's id is drawn; it is looked for by name and database in its workgroup."""
    client, group = client_of("athena"), fill("{workgroup}", words)
    name, database = fill("{name}", words), fill("{database}", words)
    groups = {one["Name"] for page in _groups(client) for one in page["WorkGroups"]}
    if group not in groups:
        return NOT_THERE
    pages = answers_of(client, "list_named_queries", {"WorkGroup": group})
    ids = [query_id for page in pages for query_id in page.get("NamedQueryIds", [])]
    found = [
        query["NamedQueryId"]
        for start in range(0, len(ids), _BATCH)
        for query in client.batch_get_named_query(NamedQueryIds=ids[start : start + _BATCH])["NamedQueries"]
        if (query["Name"], query["Database"]) == (name, database)
    ]
    if len(found) > 1:
        return unusable(f"{len(found)} queries have that name, and nothing says which is meant")
    return there(found[0]) if found else NOT_THERE


def _groups(client: Any) -> Any:
    """Boto3 has no pages for this call."""
    told = client.list_work_groups()
    yield told
    while told.get("NextToken"):
        told = client.list_work_groups(NextToken=told["NextToken"])
        yield told


def _workgroup(client_of: ClientOf, words: Mapping[str, Any]) -> Finding:
    """GetWorkGroup says of one that is not there that the request is invalid, as of much else."""
    name = fill("{name}", words)
    names = {one["Name"] for page in _groups(client_of("athena")) for one in page["WorkGroups"]}
    return there(name) if name in names else NOT_THERE


def _security_group_rule(direction: str) -> Kind:
    """A rule has no name: it is found by all that it says. AWS writes the ports of "all protocols" as -1."""
    ports = {"from_port": "-1", "to_port": "-1"}
    peers = ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id")
    return Kind(
        type=f"aws_vpc_security_group_{direction}_rule",
        call="ec2.describe_security_group_rules",
        parameters={"Filters": [{"Name": "group-id", "Values": ["{security_group_id}"]}]},
        import_id="{found.SecurityGroupRuleId}",
        items=f"SecurityGroupRules[?IsEgress == `{'true' if direction == 'egress' else 'false'}`]",
        where={
            "IpProtocol": "{ip_protocol}",
            "FromPort": "{from_port}",
            "ToPort": "{to_port}",
            "CidrIpv4": "{cidr_ipv4}",
            "CidrIpv6": "{cidr_ipv6}",
            "PrefixListId": "{prefix_list_id}",
            "ReferencedGroupInfo.GroupId": "{referenced_security_group_id}",
        },
        missing=("InvalidGroup.NotFound", "InvalidGroupId.Malformed"),
        defaults=ports | dict.fromkeys(peers, ""),
    )


WATCHING = (
    Kind("aws_cloudwatch_log_group", "logs.describe_log_groups", {"logGroupNamePrefix": "{name}"}, "{name}",
         items="logGroups", where={"logGroupName": "{name}"}),
    Kind("aws_cloudwatch_log_stream", "logs.describe_log_streams",
         {"logGroupName": "{log_group_name}", "logStreamNamePrefix": "{name}"}, "{log_group_name}:{name}",
         items="logStreams", where={"logStreamName": "{name}"}, missing=_NOT_FOUND),
    Kind("aws_cloudwatch_log_metric_filter", "logs.describe_metric_filters",
         {"logGroupName": "{log_group_name}", "filterNamePrefix": "{name}"}, "{log_group_name}:{name}",
         items="metricFilters", where={"filterName": "{name}"}, missing=_NOT_FOUND),
    Kind("aws_cloudwatch_log_subscription_filter", "logs.describe_subscription_filters",
         {"logGroupName": "{log_group_name}", "filterNamePrefix": "{name}"}, "{log_group_name}|{name}",
         items="subscriptionFilters", where={"filterName": "{name}"}, missing=_NOT_FOUND),
    Kind("aws_cloudwatch_log_resource_policy", "logs.describe_resource_policies", {}, "{policy_name}",
         items="resourcePolicies", where={"policyName": "{policy_name}"}),
    Kind("aws_cloudwatch_query_definition", "logs.describe_query_definitions",
         {"queryDefinitionNamePrefix": "{name}"},
         "arn:{partition}:logs:{region}:{account}:query-definition:{found.queryDefinitionId}",
         items="queryDefinitions", where={"name": "{name}"}),
    Kind("aws_cloudwatch_metric_alarm", "cloudwatch.describe_alarms",
         {"AlarmNames": ["{alarm_name}"], "AlarmTypes": ["MetricAlarm"]}, "{alarm_name}", items="MetricAlarms"),
    Kind("aws_cloudwatch_composite_alarm", "cloudwatch.describe_alarms",
         {"AlarmNames": ["{alarm_name}"], "AlarmTypes": ["CompositeAlarm"]}, "{alarm_name}", items="CompositeAlarms"),
    Kind("aws_cloudwatch_dashboard", "cloudwatch.get_dashboard", {"DashboardName": "{dashboard_name}"},
         "{dashboard_name}", missing=("ResourceNotFound",)),
    Kind("aws_glue_catalog_database", "glue.get_database", {"CatalogId": "{catalog_id}", "Name": "{name}"},
         "{catalog_id}:{name}", missing=_NO_ENTITY, defaults={"catalog_id": "{account}"}),
    Kind("aws_glue_catalog_table", "glue.get_table",
         {"CatalogId": "{catalog_id}", "DatabaseName": "{database_name}", "Name": "{name}"},
         "{catalog_id}:{database_name}:{name}", missing=_NO_ENTITY, defaults={"catalog_id": "{account}"}),
    Kind("aws_glue_security_configuration", "glue.get_security_configuration", {"Name": "{name}"}, "{name}",
         missing=_NO_ENTITY),
    Kind("aws_athena_workgroup", probe=_workgroup),
    Kind("aws_athena_named_query", probe=_named_query),
    Kind("aws_budgets_budget", "budgets.describe_budget", {"AccountId": "{account_id}", "BudgetName": "{name}"},
         "{account_id}:{name}", missing=("NotFoundException",), defaults={"account_id": "{account}"}),
    # An alias is not bound to be unlike all others: several of one alias are reported, not chosen from.
    Kind("aws_prometheus_workspace", "amp.list_workspaces", {"alias": "{alias}"}, "{found.workspaceId}",
         items="workspaces[?status.statusCode != 'DELETING']", where={"alias": "{alias}"}),
    Kind("aws_ssm_parameter", "ssm.describe_parameters",
         {"ParameterFilters": [{"Key": "Name", "Option": "Equals", "Values": ["{name}"]}]}, "{name}",
         items="Parameters"),
    Kind("aws_security_group", "ec2.describe_security_groups",
         {"Filters": [{"Name": "group-name", "Values": ["{name}"]}, {"Name": "vpc-id", "Values": ["{vpc_id}"]}]},
         "{found.GroupId}", items="SecurityGroups"),
    _security_group_rule("ingress"),
    _security_group_rule("egress"),
)  # fmt: skip
