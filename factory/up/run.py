"""`factory up` from the first check to the last program stopped."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import psutil

from contracts.errors import FactoryError
from contracts.identity import ENGINE_SHARD
from factory.up.late_targets import LateTarget
from factory.up.layout import Layout
from factory.up.options import UpOptions
from factory.up.ports import check_ports
from factory.up.programs import MODEL_S, TOOLS, ProgramTable, inherited
from factory.up.runfile import ProcessMark, RunFile, only_supervisor, read_run_file
from factory.up.screen import Screen
from factory.up.status import StatusReader, addresses
from factory.up.stopping import Stopper
from factory.up.supervisor import StoppedEarlyError, Supervisor
from factory.up.supply import Supply
from factory.up.tools import ToolTable
from simulator.pacing import real_interval_s

TICK_S = 0.5
STATUS_S = 2.0
MODEL_PATIENCE_S = 20.0


class Run:
    """One run of a factory.

    Args:
        options: what the caller asked for.
        screen: what the caller sees.
        stopping: set when the caller wants to stop.
        forced: set when the caller will not wait any longer.
        environ: the caller's environment.
    """

    def __init__(
        self,
        options: UpOptions,
        screen: Screen,
        stopping: threading.Event,
        forced: threading.Event,
        environ: Mapping[str, str],
    ) -> None:
        self._options = options
        self._screen = screen
        self._stopping = stopping
        self._forced = forced
        self._layout = Layout(options.data_dir)
        self._supply = Supply(options, self._layout)
        self._environ = environ
        self._table = ProgramTable(options, self._layout, self._supply.keys, environ)
        self._tools = {name: tool.path() for name, tool in TOOLS.items()}
        me = psutil.Process(os.getpid())
        self._run_file = RunFile(
            supervisor=ProcessMark(pid=me.pid, created=me.create_time()),
            started_at=datetime.now(UTC),
            plant=options.plant,
            account=options.account,
            machines=options.machines,
            host=options.host,
            ports={key: port for key, port in options.ports.items() if self._is_wanted(key)},
        )
        self._supervisor = Supervisor(self._layout, self._run_file, stopping, screen.say)
        self._reader = StatusReader(self._run_file)
        self._mending: threading.Thread | None = None
        self._late: dict[str, LateTarget] = {}
        self._was_up = False

    def _is_wanted(self, key: str) -> bool:
        """Whether something will listen on that port."""
        return bool(self._tools.get(key, "ours")) and key not in self._options.absent

    def __call__(self) -> int:
        """Run the factory; the exit status.

        Raises:
            FactoryError: it cannot run; nothing that was started is left behind.
        """
        self._supply.request()
        if not self._layout.root.exists():
            # Nothing of an earlier run can hold them, and a call that cannot succeed leaves nothing behind.
            check_ports(self._options.host, self._run_file.ports)
        self._layout.make()
        with only_supervisor(self._layout.lock_file):
            self._stop_leftovers()
            check_ports(self._options.host, self._run_file.ports)
            try:
                self._check_stop()
                self._start()
                self._watch()
            except StoppedEarlyError:
                self._screen.say("Stopped while starting.")
            finally:
                self._stop()
        return 0

    def _stop_leftovers(self) -> None:
        """Stop the programs of a supervisor that was killed, in order; they had gone on without it."""
        before = read_run_file(self._layout.run_file)
        if before is None:
            return
        marks = before.living()
        if marks:
            self._screen.say(f"An earlier factory here lost its supervisor; stopping its {len(marks)} programs first.")
            Stopper(f"{before.url('rules')}/metrics", self._forced, self._screen.say).stop(marks)

    def _start(self) -> None:
        steps = self._screen.steps
        for name, tool in TOOLS.items():
            if self._tools[name] is None:
                self._screen.say(f"{tool.title} is not installed; the rest runs without it. Package: {tool.package}")
        steps("Starting the local AWS")
        self._supervisor.start(self._table.local_aws())
        steps("Making identities and resources")
        made, _ = self._supply.provide(lambda done, what: steps(f"Making identities and resources: {what} ({done})"))
        self._check_stop()
        if self._options.fleet:
            # Not waited for: the first time it trains its model. What is handed in before is judged afterwards.
            self._supervisor.launch(self._table.model())
        if self._options.verdicts:
            self._supervisor.launch(self._table.verdicts())
        steps("Fetching identities")
        init = self._table.init
        self._supervisor.run_once(
            init("init-rules", "rules", shards=ENGINE_SHARD), init("init-mail", "mail", shards="none", secret=True)
        )
        self._check_stop()
        interval_s = real_interval_s(made.configuration.interval_s, made.configuration.speed)
        tools = ToolTable(self._options, self._layout, interval_s, inherited(self._environ))
        if self._tools["prometheus"]:
            self._late = {
                key: LateTarget(partial(tools.scrape, key), time.monotonic() + MODEL_S)
                for key in ("model", "verdicts")
                if self._is_wanted(key)
            }
        present = [tools.make(name, path) for name, path in self._tools.items() if path is not None]
        programs = [self._table.mail(), self._table.rules(), *present]
        steps(f"Starting {', '.join(program.title for program in programs)}")
        self._supervisor.start(*programs)
        steps("Starting the plant")
        # A start of the factory is the start of its scenario; a simulator that dies goes on where it was.
        self._supply.begin(datetime.now(UTC))
        self._supervisor.run_once(init("init-simulator", "simulator", shards="all"))
        self._check_stop()
        self._supervisor.start(self._table.simulator())
        if self._options.fleet:
            steps("Starting the model's server")
            self._await_model()
        steps(None)

    def _await_model(self) -> None:
        """Wait some seconds for the model, so that what is handed in at once is judged at once."""
        end = time.monotonic() + MODEL_PATIENCE_S
        (ready,) = self._table.model().checks
        while ready() is not None:
            self._check_stop()
            if time.monotonic() >= end:
                self._screen.say(
                    "The model is not there yet: the first time it is trained, which takes a minute or more. "
                    "What vehicles say meanwhile is stored, and judged afterwards."
                )
                return
            self._stopping.wait(TICK_S)

    def _check_stop(self) -> None:
        if self._stopping.is_set():
            raise StoppedEarlyError

    def _watch(self) -> None:
        self._was_up = True
        absent = [name for name, path in self._tools.items() if path is None]
        self._screen.addresses(addresses(self._run_file), absent)
        end = time.monotonic() + self._options.for_s if self._options.for_s is not None else float("inf")
        next_status = time.monotonic() + STATUS_S
        while not self._stopping.is_set() and time.monotonic() < end:
            if "local_aws" in self._supervisor.tend():
                self._mend()
            for key, target in self._late.items():
                target.look(self._supervisor.held[key].well, time.monotonic())
            if time.monotonic() >= next_status:
                next_status = time.monotonic() + STATUS_S
                self._screen.status(self._status())
            self._stopping.wait(min(TICK_S, max(0.0, end - time.monotonic())))

    def _status(self) -> dict[str, Any]:
        self._supervisor.measure()
        status = self._reader.read()
        for name, figures in self._reader.latest.items():
            self._supervisor.counted(name, figures)
        return status

    def _mend(self) -> None:
        """Make again what a local AWS that came back may have lost, beside the watching."""
        if self._mending is None or not self._mending.is_alive():
            self._mending = threading.Thread(target=self._provide_again, name="provisioning", daemon=True)
            self._mending.start()

    def _provide_again(self) -> None:
        ready = self._table.local_aws().checks
        while not self._stopping.wait(TICK_S):
            if any(check() for check in ready):
                continue
            try:
                made, changed = self._supply.provide()
            except FactoryError as error:
                self._screen.say(f"The local AWS is back, but not all that it held: {error}")
                continue
            if made.created:
                self._screen.say(f"{made.created} things that the local AWS had lost were made again.")
            for program in changed:
                self._supervisor.restart(program)
            return

    def _stop(self) -> None:
        self._stopping.set()
        self._screen.quiet()
        self._status()

        def stopped(name: str, killed: bool) -> None:
            self._supervisor.stopped(name, killed=killed)

        rules_metrics = f"{self._options.url('rules')}/metrics"
        # What a program counts while it ends is in the table at the end: it is asked until it no longer answers.
        stopper = Stopper(rules_metrics, self._forced, self._screen.say, stopped, self._status)
        stopper.stop(self._supervisor.marks())
        if self._was_up:
            self._screen.summary(self._reader.read())
