from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.e2e
def test_a_stop_waits_no_longer_than_supervisors_do_for_a_queue_that_hangs(tmp_path: Path) -> None:
    """The queue takes the call and does not answer: the program ends in order all the same, within ten seconds."""
    with socket.create_server(("127.0.0.1", 0)) as queue:
        queue.settimeout(30)
        told = {
            "MAIL_DIRECTORY": str(tmp_path),
            "MAIL_SMTP_PORT": "0",
            "MAIL_HTTP_PORT": "0",
            "MAIL_QUEUE": "alert-mail",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{queue.getsockname()[1]}",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "of-nobody",
            "AWS_SECRET_ACCESS_KEY": "of-nobody",
        }
        command = [sys.executable, "-P", "-m", "factory.mail"]
        with subprocess.Popen(command, env={**os.environ, **told}, stdout=subprocess.PIPE) as program:
            connection, _ = queue.accept()
            with connection:
                program.send_signal(signal.SIGTERM)
                try:
                    status = program.wait(10)
                finally:
                    program.kill()

    assert status == 0
