"""What provisioning would do, for people and for programs, before anything is done."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.resources import Resources
from factory.provision.fleet import FleetPlan
from factory.provision.request import ProvisionRequest
from factory.provision.steps import Step


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a plan: what is done to what."""

    act: str
    what: str
    name: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is missing or not as it should be.

    Args:
        request: what was asked for.
        names: of the plant's resources in its account.
        steps: resources, in the order in which they are made.
        fleet: identities.
    """

    request: ProvisionRequest
    names: Resources
    steps: tuple[Step, ...]
    fleet: FleetPlan

    @property
    def empty(self) -> bool:
        """Whether everything is there already."""
        return not (self.fleet.needed or any(step.needed for step in self.steps))

    @property
    def work(self) -> int:
        """Pieces of work, for a progress bar."""
        return sum(step.needed for step in self.steps) + self.fleet.work

    def lines(self) -> list[Line]:
        """The plan in lines, a machine's identity not in one of its own."""
        acts = {"missing": "create", "differs": "change"}
        lines = [Line(acts[step.state], step.kind, step.name) for step in self.steps if step.needed]
        if self.fleet.lacks_invalid:
            lines.append(Line("create", "invalid certificates", "for faults that show them"))
        for shard in self.fleet.shards:
            renewed = len(shard.renewed & {one.device_id for one in shard.new})
            counts = (
                ("create", "identities", len(shard.new) - renewed),
                ("renew", "certificates", renewed),
                ("repair", "enrolments", len(shard.repaired)),
            )
            lines += [Line(act, what, f"{shard.shard}: {count}") for act, what, count in counts if count]
            if shard.stale or shard.new:
                lines.append(Line("write", "bundle", f"{self.names.identities_bucket}/{shard.shard}"))
        lines += [Line("remove", "bundle", f"{self.names.identities_bucket}/{shard}") for shard in self.fleet.surplus]
        if self.fleet.retired:
            lines.append(Line("deactivate", "certificates", f"no longer in use: {len(self.fleet.retired)}"))
        return lines
