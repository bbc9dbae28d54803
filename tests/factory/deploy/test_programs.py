"""Programs that are called end in order when the caller is interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from factory.deploy.programs import run

# Ends in order as Terraform does: it says what it has heard, and how often.
CHILD = """
import signal, sys, time
heard = []
signal.signal(signal.SIGINT, lambda *_: heard.append(1))
open(sys.argv[1], "w").close()
while not heard: time.sleep(0.01)
time.sleep(2)
open(sys.argv[1], "w").write(f"heard {len(heard)}")
"""
PARENT = """
import os, sys
from pathlib import Path
from factory.deploy.programs import run
try:
    run([sys.executable, "-c", sys.argv[1], sys.argv[2]], directory=Path("."), environment=os.environ)
except KeyboardInterrupt:
    print("interrupted", Path(sys.argv[2]).read_text())
"""


@pytest.mark.e2e
def test_an_interruption_reaches_the_program_once_and_is_waited_for(tmp_path: Path) -> None:
    """Terraform takes a second signal for the wish to stop at once, without writing down what it did."""
    told = tmp_path / "told"
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, CHILD, str(told)],
        stdout=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background of a shell has interruptions ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while not told.exists():
        time.sleep(0.01)
    parent.send_signal(signal.SIGINT)
    time.sleep(0.8)  # Popen waits a quarter of a second before it hands an interruption on
    parent.send_signal(signal.SIGINT)

    assert parent.communicate(timeout=30)[0] == "interrupted heard 1\n"


def test_what_a_program_says_is_returned_with_its_status(tmp_path: Path) -> None:
    """Standard output apart from standard error."""
    script = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    ended = run([sys.executable, "-c", script], directory=tmp_path, environment=os.environ)
    assert ended == (3, "out\n", "err\n")
