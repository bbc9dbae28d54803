"""The supervisor, with small programs that live and die for real."""

import os
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from factory.errors import LocalFactoryError
from factory.up.health import answers
from factory.up.history import crashes_of_local_aws, events
from factory.up.layout import Layout
from factory.up.programs import Program
from factory.up.pulse import Patience
from factory.up.runfile import ProcessMark, RunFile, read_run_file
from factory.up.stopping import Stopper
from factory.up.supervisor import StoppedEarlyError, Supervisor


class Stage:
    """A supervisor in a directory, and what it said."""

    def __init__(self, root: Path) -> None:
        self.layout = Layout(root)
        self.layout.make()
        self.said: list[str] = []
        self.stopping = threading.Event()
        me = ProcessMark(pid=os.getpid(), created=psutil.Process().create_time())
        run_file = RunFile(
            supervisor=me,
            started_at=datetime.now(UTC),
            plant="plant1",
            account="000000000000",
            machines=1,
            host="127.0.0.1",
            ports={"rules": 1},
        )
        patience = Patience(period_s=0.05, hung_after_s=0.5, misses=3)
        self.supervisor = Supervisor(self.layout, run_file, self.stopping, self.said.append, patience)

    def program(self, name: str, code: str, *, start_s: float = 30.0) -> Program:
        """A program that runs Python code, ready when it has said `ready`."""

        def waits() -> str | None:
            log = self.layout.log(name)
            return None if log.exists() and "ready" in log.read_text() else "it to say so"

        return Program(name, name.title(), (sys.executable, "-c", code), dict, (waits,), start_s=start_s)

    def tend_until_restarted(self, name: str) -> None:
        """Look after the programs until one was started again."""
        for _ in range(200):
            if name in self.supervisor.tend():
                return
            self.stopping.wait(0.05)
        raise AssertionError(self.said)


SLEEPER = "import time; print('ready', flush=True); time.sleep(600)"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A stage that leaves no process behind."""
    stage = Stage(tmp_path)
    yield stage
    for held in stage.supervisor.held.values():
        if held.child is not None:
            held.child.end()


def test_a_started_program_is_in_the_run_file(stage: Stage) -> None:
    """Whoever reads the run file finds the living process."""
    stage.supervisor.start(stage.program("mail", SLEEPER))
    run_file = read_run_file(stage.layout.run_file)
    assert run_file is not None
    assert list(run_file.living()) == ["mail"]


def test_a_program_that_dies_is_started_again(stage: Stage) -> None:
    """After a kill it lives again, and restart, history and words say so."""
    stage.supervisor.start(stage.program("local_aws", SLEEPER))
    first = stage.supervisor.marks()["local_aws"]
    os.kill(first.pid, signal.SIGKILL)
    stage.tend_until_restarted("local_aws")
    assert stage.supervisor.marks()["local_aws"].pid != first.pid
    assert stage.supervisor.held["local_aws"].record.restarts == 1
    assert [event.event for event in events(stage.layout.history_file)] == ["started", "died", "started"]
    assert len(crashes_of_local_aws(stage.layout.history_file)) == 1
    assert "Local_Aws died (status -9); next try in 1 s." in stage.said[0]


def test_what_it_had_counted_and_used_is_carried_on(stage: Stage) -> None:
    """Counters and CPU time of the life that ended are kept, gauges are not."""
    stage.supervisor.start(stage.program("simulator", SLEEPER))
    stage.supervisor.counted("simulator", {"published": 7.0, "machines": 20.0})
    os.kill(stage.supervisor.marks()["simulator"].pid, signal.SIGKILL)
    stage.tend_until_restarted("simulator")
    record = stage.supervisor.held["simulator"].record
    assert record.carried == {"published": 7.0}
    assert record.cpu_s > 0


SERVER = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
print("ready", flush=True)
server.serve_forever()
"""


def _served(stage: Stage, port: int, code: str = SERVER, *, excused: bool = False, name: str = "rules") -> Program:
    """A program with a health page, which is given half a second to end."""
    program = stage.program(name, code)
    pulse = answers(f"http://127.0.0.1:{port}/healthz", 0.5, lambda _status, _text: excused)
    return replace(program, argv=(*program.argv, str(port)), pulse=pulse, stop_s=0.5)


@pytest.fixture
def port() -> int:
    """A port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
    return found


def test_a_program_that_hangs_is_killed_and_started_again(stage: Stage, port: int) -> None:
    """A stopped process heeds no SIGTERM: it is killed after its time to end, and its heir answers."""
    stage.supervisor.start(_served(stage, port))
    hung = stage.supervisor.marks()["rules"]
    os.kill(hung.pid, signal.SIGSTOP)
    stage.tend_until_restarted("rules")
    url = f"http://127.0.0.1:{port}/healthz"
    assert stage.said[0].startswith(f"Rules hangs: for 0 s without a break, {url} does not answer.")
    assert stage.said[1] == "Rules did not end within 0 s and is killed."
    assert "Rules died (status -9); next try in 1 s." in stage.said[2]
    assert hung.find() is None
    assert stage.supervisor.held["rules"].record.restarts == 1
    assert [event.event for event in events(stage.layout.history_file)] == ["started", "died", "started"]
    while answers(url)() is not None:
        stage.stopping.wait(0.05)


def test_a_program_that_says_it_is_unwell_is_asked_to_end(stage: Stage, port: int) -> None:
    """One that lives, but whose page says 503 all the time, goes by SIGTERM and comes again."""
    stage.supervisor.start(_served(stage, port, SERVER.replace("200", "503")))
    stage.tend_until_restarted("rules")
    assert "answers 503" in stage.said[0]
    assert "Rules died (status -15)" in stage.said[1]


def test_a_program_is_not_blamed_for_another_that_it_needs(stage: Stage, port: int) -> None:
    """While the local AWS is unwell, and until it answers again, the plant that stands still for it is left alone."""
    unwell = SERVER.replace("200", "503")
    aws = _served(stage, port, unwell, name="local_aws")
    simulator = replace(stage.program("simulator", SLEEPER), pulse=aws.pulse, needs="local_aws")
    stage.supervisor.start(aws, simulator)
    stage.tend_until_restarted("local_aws")
    for _ in range(30):
        assert stage.supervisor.tend() == []
        stage.stopping.wait(0.05)
    assert stage.supervisor.held["simulator"].record.restarts == 0
    assert stage.supervisor.marks()["simulator"].find() is not None


@pytest.mark.parametrize("code", [SERVER, SERVER.replace("200", "503")])
def test_a_program_that_is_well_or_excused_goes_on(stage: Stage, port: int, code: str) -> None:
    """Neither good answers nor excused ones end a program, however long they come."""
    stage.supervisor.start(_served(stage, port, code, excused=True))
    for _ in range(40):
        assert stage.supervisor.tend() == []
        stage.stopping.wait(0.05)
    assert stage.said == []


def test_a_program_that_ends_while_starting_is_told_with_its_last_words(stage: Stage) -> None:
    """The sentence has its status and what its log said last."""
    broken = stage.program("rules", 'print(\'{"event": "no identity"}\'); raise SystemExit(4)')
    with pytest.raises(LocalFactoryError, match="Rules ended with status 4 while starting: no identity"):
        stage.supervisor.start(broken)


def test_a_program_that_never_gets_ready_is_told(stage: Stage) -> None:
    """What was waited for is named."""
    with pytest.raises(LocalFactoryError, match="Rules is not ready after 0 s: it to say so"):
        stage.supervisor.start(stage.program("rules", "import time; time.sleep(600)", start_s=0.3))


def test_a_stop_while_starting_is_heeded(stage: Stage) -> None:
    """Ctrl-C does not wait for a program to become ready."""
    stage.stopping.set()
    with pytest.raises(StoppedEarlyError):
        stage.supervisor.start(stage.program("rules", "import time; time.sleep(600)"))


def test_a_task_that_fails_is_told(stage: Stage) -> None:
    """A program that runs once must end well."""
    stage.supervisor.run_once(Program("init", "Init", (sys.executable, "-c", "pass"), dict))
    failing = Program("init", "Init", (sys.executable, "-c", "print('denied'); raise SystemExit(3)"), dict)
    with pytest.raises(LocalFactoryError, match="Init ended with status 3: denied"):
        stage.supervisor.run_once(failing)


def test_programs_stop_in_order(stage: Stage) -> None:
    """The plant first, the local AWS last; the history knows that it was on purpose."""
    for name in ("local_aws", "mail", "simulator"):
        stage.supervisor.start(stage.program(name, SLEEPER))
    stopped: list[tuple[str, bool]] = []

    def note(name: str, killed: bool) -> None:
        stopped.append((name, killed))
        stage.supervisor.stopped(name, killed=killed)

    Stopper("http://127.0.0.1:1/metrics", threading.Event(), stage.said.append, note).stop(stage.supervisor.marks())
    assert stopped == [("simulator", False), ("mail", False), ("local_aws", False)]
    assert stage.supervisor.marks() == {}
    assert crashes_of_local_aws(stage.layout.history_file) == []


def test_a_data_directory_that_vanishes_leaves_no_program_behind(stage: Stage) -> None:
    """Where nothing can be written down any more it is said once, and the programs are stopped all the same."""
    stage.supervisor.start(stage.program("simulator", SLEEPER))
    shutil.rmtree(stage.layout.root)
    marks = stage.supervisor.marks()
    stopper = Stopper(
        "http://127.0.0.1:1/metrics",
        threading.Event(),
        stage.said.append,
        lambda name, killed: stage.supervisor.stopped(name, killed=killed),
        stage.supervisor.measure,
    )
    stopper.stop(marks)
    assert marks["simulator"].find() is None
    assert len([sentence for sentence in stage.said if "cannot be written to: No such file" in sentence]) == 1


def test_a_second_wish_to_stop_kills_what_is_stubborn(stage: Stage) -> None:
    """Who insists waits no longer."""
    stubborn = "import signal,time; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); time.sleep(600)"
    stage.supervisor.start(stage.program("simulator", stubborn))
    forced = threading.Event()
    forced.set()
    killed: list[bool] = []
    stopper = Stopper(
        "http://127.0.0.1:1/metrics", forced, stage.said.append, lambda _name, by_force: killed.append(by_force)
    )
    stopper.stop(stage.supervisor.marks())
    assert killed == [True]


def test_a_launched_program_is_not_waited_for(stage: Stage) -> None:
    """It runs, it is in the run file, and it is started again when it dies like any other."""
    stage.supervisor.launch(stage.program("slow", "import time; time.sleep(600)"))
    assert stage.supervisor.held["slow"].running
    os.kill(stage.supervisor.marks()["slow"].pid, signal.SIGKILL)

    stage.tend_until_restarted("slow")

    assert stage.supervisor.held["slow"].record.restarts == 1
