"""Our programs: tasks on Fargate, their images, and Grafana's disk."""

from __future__ import annotations

from collections.abc import Sequence

from factory.cost.line import Bill
from factory.cost.profiles import Profile, Task
from factory.cost.units import HOURS_A_MONTH

SERVICE = "Fargate"
INCLUDED_GB = 20.0
"""Disk that comes with each task [GB]."""


def programs(bill: Bill, profile: Profile, tasks: Sequence[Task]) -> None:
    """Add what it costs to run the programs.

    Args:
        bill: takes the lines.
        profile: what is deployed.
        tasks: every task, in the size that it has.
    """
    for task in tasks:
        hours = task.count * (HOURS_A_MONTH if task.hours is None else task.hours)
        size = f"{task.count} {task.name}, {task.vcpu:g} vCPU and {task.memory_gb:g} GB"
        bill.add(SERVICE, f"vCPU hours, {size}", "fargate_arm_vcpu_hour", hours * task.vcpu)
        bill.add(SERVICE, f"GB hours, {size}", "fargate_arm_gb_hour", hours * task.memory_gb)
        more = hours * (task.disk_gb - INCLUDED_GB)
        bill.add(SERVICE, f"GB hours of disk, {task.name}", "fargate_storage_gb_hour", more)
    bill.add("ECR", "GB of images", "ecr_gb_month", profile.images_gb)
    bill.add("EFS", "GB of Grafana", "efs_gb_month", profile.grafana_gb)
