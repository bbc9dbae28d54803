"""The two examples of the Terraform as what they buy: minimal and production."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

ProfileName = Literal["minimal", "production"]


@dataclass(frozen=True, slots=True)
class Task:
    """Tasks of a service on Fargate.

    Args:
        name: of the service.
        count: tasks that run all the time.
        vcpu: of each, or more where its machines need it [vCPU].
        memory_gb: likewise [GB].
        hours: that each runs [h a month]; by default always.
        disk_gb: ephemeral disk of each [GB]; 20 come with the task.
        more_vcpu: that each needs for a thousand machines [vCPU].
        more_gb: likewise [GB].
    """

    name: str
    count: int
    vcpu: float
    memory_gb: float
    hours: float | None = None
    disk_gb: float = 20
    more_vcpu: float = 0.0
    more_gb: float = 0.0


@dataclass(frozen=True, slots=True)
class Profile:
    """What a deployment has, whatever its machines do.

    Args:
        name: of the example.
        zones: availability zones.
        nat_gateways: how many.
        interface_endpoints: VPC endpoints with an hourly price; S3 and DynamoDB have free ones.
        public_tasks: whether tasks have public addresses and go to AWS by these.
        simulator: a task of the simulator; the load says how many there are beside these.
        services: tasks beside the simulator's.
        endpoint_zones: in how many of the zones each of these stands.
        history: whether Prometheus writes to Amazon Managed Service for Prometheus.
        load_balancer_units: capacity units of the load balancer, on average.
        keys: KMS keys.
        secrets: in Secrets Manager.
        images_gb: of all repositories, with the versions that are kept [GB].
        grafana_gb: on EFS [GB].
        alarms: of CloudWatch.
        metrics: custom metrics of CloudWatch, those of metric filters included.
        logs_gb_a_task: that a task writes [GB a month].
        out_gb: what people load of pages [GB a month].
        queries: questions to Athena that read the whole month's archive once [1/month].
    """

    name: ProfileName
    zones: int
    nat_gateways: int
    interface_endpoints: tuple[str, ...]
    simulator: Task
    services: tuple[Task, ...]
    history: bool
    public_tasks: bool = False
    endpoint_zones: int = 2
    load_balancer_units: float = 0.1
    keys: int = 7
    secrets: int = 2
    images_gb: float = 3.0
    grafana_gb: float = 1.0
    alarms: int = 20
    metrics: int = 20
    logs_gb_a_task: float = 0.2
    out_gb: float = 5.0
    queries: float = 1.0


PROMETHEUS_VCPU, PROMETHEUS_GB = 0.2, 0.45
"""For a thousand machines: 54 series each, of which the head keeps some 8 KB at a sample a second. Assumed."""
VERDICTS_VCPU, VERDICTS_GB = 0.1, 0.5
"""For a thousand machines: two weeks of 30 readings an hour each. Assumed."""
NEEDED: Final = ("ecr.api", "ecr.dkr", "logs", "secretsmanager", "kms", "iot.data", "email-smtp")
"""What tasks in private subnets without NAT call: images, logs, secrets, keys, the broker's two doors, and mail."""

MINIMAL: Final = Profile(
    name="minimal",
    zones=2,
    nat_gateways=0,
    interface_endpoints=NEEDED,
    simulator=Task("simulator", 0, 0.25, 0.5),
    services=(
        Task("prometheus", 1, 0.5, 1, more_vcpu=PROMETHEUS_VCPU, more_gb=PROMETHEUS_GB),
        Task("alertmanager", 1, 0.25, 0.5),
        Task("grafana", 1, 0.25, 0.5),
        Task("verdicts", 1, 0.5, 1, more_vcpu=VERDICTS_VCPU, more_gb=VERDICTS_GB),
        Task("training", 1, 2, 4, hours=2),
    ),
    history=False,
    images_gb=1.0,
    queries=0.1,
)
INSIGHTS_METRICS: Final = 75
"""Container Insights: some ten metrics for the cluster and each of six services. Assumed."""
PRODUCTION: Final = Profile(
    name="production",
    zones=2,
    nat_gateways=0,
    interface_endpoints=(*NEEDED, "sts", "monitoring", "aps-workspaces"),
    simulator=Task("simulator", 1, 1, 2),
    services=(
        Task("prometheus", 2, 1, 2, disk_gb=21, more_vcpu=PROMETHEUS_VCPU, more_gb=PROMETHEUS_GB),
        Task("alertmanager", 2, 0.25, 0.5),
        Task("grafana", 1, 0.5, 1),
        Task("verdicts", 1, 1, 4, more_vcpu=VERDICTS_VCPU, more_gb=VERDICTS_GB),
        Task("training", 1, 2, 8, hours=4.4),
    ),
    history=True,
    metrics=20 + INSIGHTS_METRICS,
)
PROFILES: Final[dict[str, Profile]] = {profile.name: profile for profile in (MINIMAL, PRODUCTION)}
