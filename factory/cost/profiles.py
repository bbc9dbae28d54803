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
        simulator: a task of the simulator, and how many there are at least.
        most_simulators: so many the autoscaling starts for the machines' sake, one for each `machines_a_task`.
        services: tasks beside the simulator's.
        endpoint_zones: in how many of the zones each of these stands.
        retention_days: how long the archive is kept [d].
        log_days: how long logs are kept [d].
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
    retention_days: float
    log_days: float
    most_simulators: int
    machines_a_task: int = 500
    public_tasks: bool = False
    endpoint_zones: int = 2
    load_balancer_units: float = 0.1
    keys: int = 7
    secrets: int = 2
    images_gb: float = 3.0
    grafana_gb: float = 1.0
    alarms: int = 35
    metrics: int = 20
    logs_gb_a_task: float = 0.2
    out_gb: float = 5.0
    queries: float = 1.0


PROMETHEUS_VCPU, PROMETHEUS_GB = 0.2, 0.45
"""For a thousand machines: 54 series each, of which the head keeps some 8 KB at a sample a second. Assumed."""
VERDICTS_VCPU, VERDICTS_GB = 0.1, 0.5
"""For a thousand machines: two weeks of 30 readings an hour each. Assumed."""
ENDPOINTS: Final = (
    "ecr.api",
    "ecr.dkr",
    "logs",
    "secretsmanager",
    "kms",
    "sts",
    "monitoring",
    "aps-workspaces",
    "email-smtp",
    "iot.api",
    "iot.data",
)
"""What tasks without a way to the Internet call; all but the last are the default of `network.interface_endpoints`."""
INSIGHTS_METRICS: Final = 75
"""Container Insights: some ten metrics for the cluster and each of six services. Assumed."""

MINIMAL: Final = Profile(
    name="minimal",
    zones=2,
    nat_gateways=0,
    interface_endpoints=(),
    public_tasks=True,
    simulator=Task("simulator", 1, 0.25, 0.5),
    most_simulators=1,
    services=(
        Task("prometheus", 1, 0.5, 1, disk_gb=21, more_vcpu=PROMETHEUS_VCPU, more_gb=PROMETHEUS_GB),
        Task("alertmanager", 1, 0.25, 0.5),
        Task("grafana", 1, 0.25, 0.5),
        Task("verdicts", 1, 0.5, 2, more_vcpu=VERDICTS_VCPU, more_gb=VERDICTS_GB),
    ),
    retention_days=14,
    log_days=7,
    images_gb=1.0,
    queries=0.1,
)
PRODUCTION: Final = Profile(
    name="production",
    zones=2,
    nat_gateways=0,
    interface_endpoints=ENDPOINTS,
    simulator=Task("simulator", 2, 1, 2),
    most_simulators=8,
    services=(
        Task("prometheus", 2, 1, 2, disk_gb=21, more_vcpu=PROMETHEUS_VCPU, more_gb=PROMETHEUS_GB),
        Task("alertmanager", 2, 0.25, 0.5),
        Task("grafana", 1, 0.5, 1),
        Task("verdicts", 1, 1, 4, more_vcpu=VERDICTS_VCPU, more_gb=VERDICTS_GB),
        Task("training", 1, 2, 8, hours=4.4),
    ),
    retention_days=90,
    log_days=90,
    metrics=20 + INSIGHTS_METRICS,
)
PROFILES: Final[dict[str, Profile]] = {profile.name: profile for profile in (MINIMAL, PRODUCTION)}
