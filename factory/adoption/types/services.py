"""What runs and how it is reached: images, ECS, autoscaling, load balancers, names, certificates, SageMaker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from factory.adoption.answers import NOT_THERE, Finding, there, unusable
from factory.adoption.ask import answers_of
from factory.adoption.kinds import ClientOf, Kind
from factory.adoption.words import NotKnownError, fill

_NO_REPOSITORY = "RepositoryNotFoundException"
_TARGET = {"ServiceNamespace": "{service_namespace}", "ScalableDimension": "{scalable_dimension}"}
_TARGET_ID = "{service_namespace}/{resource_id}/{scalable_dimension}"
_NAMESPACES = {"DNS_PRIVATE": "private_dns", "DNS_PUBLIC": "public_dns", "HTTP": "http"}


def _zone(client_of: ClientOf, words: Mapping[str, Any]) -> Finding:
    """Zones may share a name. A private one is ours only if it serves the network that the plan wants it for."""
    client, name = client_of("route53"), fill("{name}", words).rstrip(".") + "."
    networks = [network.get("vpc_id") for network in words.get("vpc") or []]
    if None in networks:
        raise NotKnownError("vpc[0].vpc_id")
    zones = [
        zone
        for page in answers_of(client, "list_hosted_zones", {})
        for zone in page["HostedZones"]
        if zone["Name"] == name and zone["Config"].get("PrivateZone", False) == bool(networks)
    ]
    if networks:
        zones = [zone for zone in zones if _serves(client, zone["Id"], networks[0])]
    if len(zones) > 1:
        return unusable(f"{len(zones)} zones have that name, and nothing says which is meant")
    return there(zones[0]["Id"].rpartition("/")[2]) if zones else NOT_THERE


def _serves(client: Any, zone_id: str, network: str) -> bool:
    return network in {one["VPCId"] for one in client.get_hosted_zone(Id=zone_id).get("VPCs", [])}


def _record(client_of: ClientOf, words: Mapping[str, Any]) -> Finding:
    r"""A record's name may be written without its zone's, and Route 53 writes `*` as `\052`."""
    client, zone_id = client_of("route53"), fill("{zone_id}", words)
    name, kind = fill("{name}", words).rstrip(".").lower(), fill("{type}", words)
    zone = client.get_hosted_zone(Id=zone_id)["HostedZone"]["Name"].rstrip(".")
    full = name if name == zone or name.endswith(f".{zone}") else f"{name}.{zone}".lstrip(".")
    wanted = (full + ".", kind, words.get("set_identifier") or None)
    for page in answers_of(client, "list_resource_record_sets", {"HostedZoneId": zone_id}):
        for found in page["ResourceRecordSets"]:
            if (found["Name"].replace(r"\052", "*"), found["Type"], found.get("SetIdentifier")) == wanted:
                return there("_".join(part for part in (zone_id, full, kind, wanted[2]) if part))
    return NOT_THERE


def _private_namespace(client_of: ClientOf, words: Mapping[str, Any]) -> Finding:
    """A private namespace is ours only if its zone serves the network that the plan wants it for."""
    name, network = fill("{name}", words), fill("{vpc}", words)
    filters = [{"Name": "TYPE", "Values": ["DNS_PRIVATE"], "Condition": "EQ"}]
    found = [
        space
        for page in answers_of(client_of("servicediscovery"), "list_namespaces", {"Filters": filters})
        for space in page["Namespaces"]
        if space["Name"] == name
        and _serves(client_of("route53"), space["Properties"]["DnsProperties"]["HostedZoneId"], network)
    ]
    return there(f"{found[0]['Id']}:{network}") if found else NOT_THERE


def _namespace(kind: str) -> Kind:
    return Kind(
        type=f"aws_service_discovery_{_NAMESPACES[kind]}_namespace",
        call="servicediscovery.list_namespaces",
        parameters={"Filters": [{"Name": "TYPE", "Values": [kind], "Condition": "EQ"}]},
        import_id="{found.Id}",
        items="Namespaces",
        where={"Name": "{name}"},
    )


SERVICES = (
    Kind("aws_ecr_repository", "ecr.describe_repositories", {"repositoryNames": ["{name}"]}, "{name}",
         items="repositories", missing=(_NO_REPOSITORY,)),
    Kind("aws_ecr_lifecycle_policy", "ecr.get_lifecycle_policy", {"repositoryName": "{repository}"}, "{repository}",
         missing=(_NO_REPOSITORY, "LifecyclePolicyNotFoundException")),
    Kind("aws_ecr_repository_policy", "ecr.get_repository_policy", {"repositoryName": "{repository}"}, "{repository}",
         missing=(_NO_REPOSITORY, "RepositoryPolicyNotFoundException")),
    Kind("aws_ecr_registry_scanning_configuration", "ecr.get_registry_scanning_configuration", {}, "{account}",
         items="scanningConfiguration.rules && [scanningConfiguration]"),
    # ECS goes on naming clusters and services that were deleted, as inactive.
    Kind("aws_ecs_cluster", "ecs.describe_clusters", {"clusters": ["{name}"]}, "{name}",
         items="clusters[?status != 'INACTIVE']"),
    Kind("aws_ecs_cluster_capacity_providers", "ecs.describe_clusters", {"clusters": ["{cluster_name}"]},
         "{cluster_name}", items="clusters[?status != 'INACTIVE' && capacityProviders]"),
    Kind("aws_ecs_service", "ecs.describe_services", {"cluster": "{cluster}", "services": ["{name}"]},
         "{cluster!tail}/{name}", items="services[?status != 'INACTIVE']", missing=("ClusterNotFoundException",),
         defaults={"cluster": "default"},
         unusable={"status == 'DRAINING'": "the service is being deleted: run again when it is gone"}),
    Kind("aws_appautoscaling_target", "application-autoscaling.describe_scalable_targets",
         {**_TARGET, "ResourceIds": ["{resource_id}"]}, _TARGET_ID, items="ScalableTargets"),
    Kind("aws_appautoscaling_policy", "application-autoscaling.describe_scaling_policies",
         {**_TARGET, "ResourceId": "{resource_id}", "PolicyNames": ["{name}"]}, f"{_TARGET_ID}/{{name}}",
         items="ScalingPolicies"),
    Kind("aws_lb", "elbv2.describe_load_balancers", {"Names": ["{name}"]}, "{found.LoadBalancerArn}",
         items="LoadBalancers", missing=("LoadBalancerNotFound",)),
    Kind("aws_lb_target_group", "elbv2.describe_target_groups", {"Names": ["{name}"]}, "{found.TargetGroupArn}",
         items="TargetGroups", missing=("TargetGroupNotFound",)),
    Kind("aws_lb_listener", "elbv2.describe_listeners", {"LoadBalancerArn": "{load_balancer_arn}"},
         "{found.ListenerArn}", items="Listeners", where={"Port": "{port}"}, missing=("LoadBalancerNotFound",)),
    Kind("aws_lb_listener_rule", "elbv2.describe_rules", {"ListenerArn": "{listener_arn}"}, "{found.RuleArn}",
         items="Rules", where={"Priority": "{priority}"}, missing=("ListenerNotFound",)),
    Kind("aws_lb_listener_certificate", "elbv2.describe_listener_certificates", {"ListenerArn": "{listener_arn}"},
         "{listener_arn}_{certificate_arn}", items="Certificates[?!IsDefault]",
         where={"CertificateArn": "{certificate_arn}"}, missing=("ListenerNotFound",)),
    Kind("aws_service_discovery_private_dns_namespace", probe=_private_namespace),
    _namespace("DNS_PUBLIC"),
    _namespace("HTTP"),
    Kind("aws_service_discovery_service", "servicediscovery.list_services",
         {"Filters": [{"Name": "NAMESPACE_ID", "Values": ["{dns_config[0].namespace_id || namespace_id}"],
                       "Condition": "EQ"}]},
         "{found.Id}", items="Services", where={"Name": "{name}"}),
    Kind("aws_route53_zone", probe=_zone),
    Kind("aws_route53_record", probe=_record, missing=("NoSuchHostedZone",)),
    Kind("aws_acm_certificate", "acm.list_certificates",
         {"CertificateStatuses": ["ISSUED", "PENDING_VALIDATION"],
          "Includes": {"keyTypes": ["RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1"]}},
         "{found.CertificateArn}", items="CertificateSummaryList", where={"DomainName": "{domain_name}"}),
    Kind("aws_sagemaker_model", "sagemaker.list_models", {"NameContains": "{name}"}, "{name}", items="Models",
         where={"ModelName": "{name}"}),
    Kind("aws_sagemaker_endpoint_configuration", "sagemaker.list_endpoint_configs", {"NameContains": "{name}"},
         "{name}", items="EndpointConfigs", where={"EndpointConfigName": "{name}"}),
    Kind("aws_sagemaker_endpoint", "sagemaker.list_endpoints", {"NameContains": "{name}"}, "{name}",
         items="Endpoints", where={"EndpointName": "{name}"}),
    Kind("aws_cloudformation_stack", "cloudformation.describe_stacks", {}, "{name}",
         items="Stacks[?StackStatus != 'DELETE_COMPLETE']", where={"StackName": "{name}"}),
)  # fmt: skip
