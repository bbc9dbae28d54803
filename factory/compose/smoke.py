"""The smoke test of the factory in containers: does it run, and does it survive what may happen to it?

A list of steps, in order; each says what it found, or fails with a sentence. What cannot be tried here (an image whose
base is not to be had, models that were not asked for) is left out and said at the end.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from math import ceil
from typing import Any

from dashboards import queries
from dashboards.grafana.looks import DATASOURCE_UID
from factory.compose.engine import Engine, last_json
from factory.compose.pages import Pages
from factory.errors import LocalFactoryError

ARCHIVED = 'sum(rules_action_success_total{rule="archive"})'
START_S, DRIFT_S, CALM_S = 180.0, 420.0, 120.0
"""How long to wait: for the first readings, for the mail of a drift that begins after a minute, for anything else."""
REDELIVERED_S = 45.0
"""The broker sends again after 30 s what was not acknowledged, as AWS's does; then a batch is written."""
PAUSE_S = 1.0
SIMULATORS = 3
PROGRAMS = ("rules", "simulator", "mail", "prometheus", "alertmanager", "proxy")
"""Those that are restarted in turn; the local AWS is killed, which is more."""
MODELS, JUDGES = "models", ("model", "verdicts")
_OBJECTS = "import pathlib; print(len([*pathlib.Path('/data/aws/s3').glob('*/*-lake-*/raw/**/*.gz')]))"
_MACHINES = (
    "import json, urllib.request as r;"
    "print(json.dumps([m['device_id'] for m in json.load(r.urlopen('http://127.0.0.1:9100/api/machines'))]))"
)


@dataclass
class Smoke:
    """One run.

    Args:
        engine: whose containers they are.
        pages: the proxy.
        services: what runs, of docker-compose.yml.
        devices: how many machines and vehicles there are.
        shard_size: how many of them a shard has.
        say: tells people.
    """

    engine: Engine
    pages: Pages
    services: tuple[str, ...]
    devices: int
    shard_size: int
    say: Callable[[str], None]
    skipped: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    crashes: list[datetime] = field(default_factory=list)

    def __call__(self) -> None:
        """All steps, and down at the end, whatever comes.

        Raises:
            LocalFactoryError: a step has failed.
        """
        steps = (
            self.up, self.healthy, self.scraped, self.served, self.panels, self.drift_mail, self.judged,
            self.several_simulators, self.restarts, self.kills, self.local_aws_killed, self.nothing_lost,
        )  # fmt: skip
        try:
            for step in steps:
                began = time.monotonic()
                told = step()
                self.say(f"{step.__name__.replace('_', ' ')}: {told} ({time.monotonic() - began:.0f} s)")
        except LocalFactoryError:
            self._tell_logs()
            raise
        finally:
            self.say("going down")
            self.engine.down()

    def up(self) -> str:
        """Start everything; how long until the first object lay in the archive."""
        began = time.monotonic()
        self.engine.compose("up", "--detach", "--no-build", *self._without_models())
        self.figures["up_s"] = round(time.monotonic() - began, 1)
        self._wait("an object lies in the archive", self._is_archived, START_S)
        self.figures["first_archived_s"] = round(time.monotonic() - began, 1)
        return f"first object archived after {self.figures['first_archived_s']} s"

    def healthy(self) -> str:
        """Every program's own health check."""
        ending = ("provisioner", "init-rules", "init-mail", "init-simulator")
        running = [one for one in self._without_models() if one not in ending]
        for service in running:
            self._wait_well(service)
        self.figures["memory"] = self.engine.memory()
        return f"{len(running)} programs are well"

    def scraped(self) -> str:
        """Prometheus reaches all that runs."""
        jobs = {"rules", "mail", "prometheus", "simulator"}
        self._wait("Prometheus knows of archived readings", lambda: self.pages.number(ARCHIVED) > 0)

        def all_up() -> bool:
            up = {target["labels"]["job"] for target in self.pages.targets() if target["health"] == "up"}
            return jobs <= up and all(target["health"] == "up" for target in self.pages.targets())

        self._wait(f"all of {', '.join(sorted(jobs))} are scraped", all_up)
        return f"{len(jobs)} jobs are up"

    def served(self) -> str:
        """The proxy's paths; and that one can look at the simulator but not touch it."""
        paths = ["/", "/simulator/", "/prometheus/-/ready", "/alertmanager/-/ready", "/mail/"]
        paths += ["/grafana/api/health"] if "grafana" in self.services else []
        for path in paths:
            self._wait(f"{path} answers", partial(self._is_served, path))
        if (refused := self.pages.status("/simulator/api/faults", "POST")) != 405:
            raise LocalFactoryError(f"POST /simulator/api/faults answers {refused} in the place of 405.")
        return f"{len(paths)} paths answer, the simulator's cannot be written to"

    def panels(self) -> str:
        """Every panel's question, asked of Prometheus and, where it is there, through Grafana's API."""
        asked = list(queries())
        if refused := [one for one in asked if self.pages.series(one.expr) is None]:
            raise LocalFactoryError(f"Prometheus refuses {refused[0].dashboard}/{refused[0].panel}: {refused[0].expr}")
        if "grafana" not in self.services:
            return f"{len(asked)} questions of all panels are answered by Prometheus"
        silent = [one for one in asked if not self.pages.grafana_answers(one.expr, DATASOURCE_UID)]
        if silent:
            raise LocalFactoryError(f"Grafana does not answer {silent[0].dashboard}/{silent[0].panel}.")
        return f"{len(asked)} questions of all panels are answered by Prometheus and through Grafana"

    def drift_mail(self) -> str:
        """The scenario's drift is found, and told by mail."""
        self._wait("a mail tells of the drift", lambda: bool(self._drifts()), DRIFT_S)
        return self._drifts()[0]

    def judged(self) -> str:
        """The models are trained beside all that, and then the model server and the verdict job are there."""
        if MODELS not in self.services:
            return "left out"
        self.engine.compose("up", "--detach", "--no-build", MODELS, *JUDGES)
        for service in JUDGES:
            self._wait_well(service)
        self._wait("/verdicts/ answers", partial(self._is_served, "/verdicts/"))
        scraped = f'sum(up{{job=~"{"|".join(JUDGES)}"}})'
        self._wait("both are scraped", lambda: self.pages.number(scraped) == len(JUDGES))
        self.figures["memory_with_models"] = self.engine.memory()
        return "models are trained, model server and verdict job are well and scraped"

    def several_simulators(self) -> str:
        """Three simulators share the machines: each machine is played once, and each simulator has its fair part."""
        fair = ceil(self.devices / self.shard_size / SIMULATORS) * self.shard_size
        self.engine.compose("up", "--detach", "--no-build", "--scale", f"simulator={SIMULATORS}", "simulator")
        parts: list[list[str]] = []

        def shared() -> bool:
            parts[:] = self._parts()
            names = [name for part in parts for name in part]
            whole = len(names) == len(set(names)) == self.devices
            return len(parts) == SIMULATORS and whole and all(0 < len(part) <= fair for part in parts)

        self._wait(f"{SIMULATORS} simulators share {self.devices} machines, each {fair} at most", shared)
        self._wait("all of them are scraped", lambda: self.pages.number('sum(up{job="simulator"})') == SIMULATORS)
        return f"{' + '.join(str(len(part)) for part in parts)} machines, none twice, none missing"

    def restarts(self) -> str:
        """Each program is restarted, and readings are archived again."""
        there = [one for one in (*PROGRAMS, *JUDGES, "grafana") if one in self.services]
        for service in there:
            self.engine.compose("restart", service)
            self._wait_well(service)
        self._archives_again()
        return f"{', '.join(there)}"

    def kills(self) -> str:
        """The engine and a simulator are killed; the engine's restart policy brings them back."""
        for service in ("rules", "simulator"):
            self._kill(service)
        # What the engine had not acknowledged when it died comes again: to be audited before its broker is killed too.
        told = self._audit()
        return f"rules and a simulator came back, of {told['acknowledged']:,} readings so far none is missing"

    def local_aws_killed(self) -> str:
        """The local AWS is killed: broker, lake and all; what it lost is made again."""
        self.crashes.append(self._kill("aws"))
        self.engine.compose("run", "--rm", "provisioner")
        self._archives_again()
        return "it came back"

    def nothing_lost(self) -> str:
        """The plant stops, the engine works off what was said, and the audit compares both ends."""
        self.engine.stop(self.engine.containers("simulator"))
        told = self._audit()
        return (
            f"{told['acknowledged']:,} readings acknowledged, none missing, {told['repeated']} repeated, "
            f"{told['undelivered_by_local_aws']} went down with the killed local AWS"
        )

    def _audit(self) -> dict[str, Any]:
        """Numbers of the audit, once nothing is missing any more.

        Raises:
            LocalFactoryError: something stays missing, or a machine never spoke.
        """
        crashes = [f"--aws-crash={moment.isoformat()}" for moment in self.crashes]
        call = ["factory", "audit", "--data-dir=/data", f"--settle={REDELIVERED_S:g}", "--json", *crashes]
        said = self.engine.compose("--profile", "tools", "run", "--rm", "audit", *call, may_fail=True)
        try:
            told = last_json(said)
        except ValueError:
            raise LocalFactoryError(f"The audit told no JSON: {said[-500:]!r}") from None
        self.figures["audit"] = {key: value for key, value in told.items() if isinstance(value, int)}
        if not told or told["missing"] or told["machines"] != self.devices:
            worst = told.get("worst_machines", [])[:3]
            raise LocalFactoryError(f"The audit: {json.dumps(self.figures['audit'])}, as {json.dumps(worst)}")
        return told

    def _drifts(self) -> list[str]:
        return [subject for subject in self.pages.subjects() if subject.startswith("MachineSensorDrift")]

    def _is_archived(self) -> bool:
        (aws,) = self.engine.containers("aws")
        return self.engine.python(aws, _OBJECTS).strip() != "0"

    def _parts(self) -> list[list[str]]:
        try:
            return [json.loads(self.engine.python(one, _MACHINES)) for one in self.engine.containers("simulator")]
        except (LocalFactoryError, ValueError):
            return []  # one that is starting

    def _without_models(self) -> list[str]:
        return [service for service in self.services if service not in (MODELS, *JUDGES)]

    def _is_served(self, path: str) -> bool:
        return self.pages.status(path) == 200

    def _kill(self, service: str) -> datetime:
        """Kill one container of a service, and wait until its restart policy has brought it back; when it died."""
        killed = self.engine.containers(service)[0]
        before = self.engine.started(killed)
        died = self.engine.kill(killed)
        self._wait(f"{killed} is started anew", lambda: self.engine.started(killed) not in ("", before))
        self._wait_well(service)
        return died

    def _wait_well(self, service: str) -> None:
        def well() -> bool:
            containers = self.engine.containers(service)
            return bool(containers) and all(self.engine.is_well(one) for one in containers)

        self._wait(f"{service} is well", well)

    def _archives_again(self) -> None:
        """A counter that grows is one of a living engine, whatever it was before."""
        before = self.pages.number(ARCHIVED)

        def grows() -> bool:
            nonlocal before
            before, last = self.pages.number(ARCHIVED), before
            return before > last > 0

        self._wait("readings are archived again", grows)

    def _wait(self, what: str, condition: Callable[[], bool], patience_s: float = CALM_S) -> None:
        until = time.monotonic() + patience_s
        while not condition():
            if time.monotonic() > until:
                raise LocalFactoryError(f"Not so after {patience_s:g} s: {what}.")
            time.sleep(PAUSE_S)

    def _tell_logs(self) -> None:
        for service in self.services:
            for container in self.engine.containers(service):
                self.say(f"--- {container}\n{self.engine.logs(container)}")
