"""Whether what was deployed runs and answers: `scripts/roll-out` and `scripts/smoke-load-balancer`."""

from __future__ import annotations

from factory.deploy.errors import DeployError
from factory.deploy.plant import Plant
from factory.deploy.walk import Look, State
from factory.rollout.errors import RolloutError, RolloutUsageError
from factory.rollout.follow import Rollout, is_good
from factory.rollout.load_balancer import LoadBalancer
from factory.rollout.sources import Clocks


class Running:
    """Every service stable on what was wanted, and every path of the load balancer right.

    Args:
        plant: whose they are.
        login: host of the login that all paths lead to; empty where there is none.
        smoke: whether the load balancer is asked.
    """

    name = "running"

    def __init__(self, plant: Plant, *, login: str, smoke: bool) -> None:
        self._plant, self._login, self._smoke = plant, login, smoke

    def look(self) -> Look:
        """Ask ECS and the load balancer once."""
        if not self._plant.can_start:
            return Look(State.HIDDEN, "where the state lies is not known before the step bootstrap")
        outputs = self._plant.outputs()
        cluster, url = outputs.get("cluster_name"), outputs.get("url")
        if not cluster:
            return Look(State.HIDDEN, "there is no cluster before the step services")
        wrong = self._services(cluster) or self._paths(str(url))
        if wrong:
            return Look(State.MISSING, f"follow until all is right: {'; '.join(wrong)}")
        return Look(State.THERE, "every service is stable" + (f", and {url} answers" if self._smoke else ""))

    def do(self) -> str:
        """Follow the services to their end, and look from outside."""
        outputs = self._plant.outputs()
        self._plant.demand("scripts/roll-out", str(outputs["cluster_name"]))
        if self._smoke:
            login = ["--login", self._login] if self._login else []
            self._plant.demand(
                "scripts/smoke-load-balancer", str(outputs["url"]), *login,
                remedy="Is this machine among allowed_cidrs, and does the name lead to the load balancer? "
                "--no-smoke leaves this out.",
            )  # fmt: skip
        return "every service is stable" + (f", and {outputs['url']} answers" if self._smoke else "")

    def _services(self, cluster: str) -> list[str]:
        clocks = Clocks(self._plant.client("secretsmanager"), self._plant.client("s3"))
        rollout = Rollout(cluster, self._plant.client("ecs"), clocks, lambda _line: None)
        try:
            outcomes = rollout.follow(0)
            older = rollout.stale()
        except (RolloutError, RolloutUsageError) as error:
            return [error.message]
        return [f"{one.service} is {one.state}" for one in outcomes if not is_good([one])] + [
            f"{service} is older than {', '.join(what)}" for service, what in older.items()
        ]

    def _paths(self, url: str) -> list[str]:
        if not self._smoke:
            return []
        try:
            return [one.told for one in LoadBalancer(url, self._login).look() if not one.is_right]
        except RolloutUsageError as error:
            raise DeployError(error.message) from error
