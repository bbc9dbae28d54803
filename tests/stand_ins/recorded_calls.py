"""The calls that our programs were seen to make on a local AWS: written down once, and held against by each run.

The local AWS writes who called what (`factory/local_aws/calls.py`). What differs from run to run, such as names of
objects and machines, is `some` here. Where a test says that a call is missing in the file, look whether the program
should make it, see that its role on AWS may, and add it:

    python -P tests/stand_ins/recorded_calls.py DATA_DIRECTORY/aws/calls.jsonl
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

ON_AWS = {"init-simulator", "init-mail", "simulator", "verdicts", "fleet-function"}
"""Programs that have a role there; of the others it is enough to know some calls, which those roles must refuse."""
FILE = Path(__file__).parents[1] / "terraform/recorded_calls.json"
_CALLER = re.compile(
    r"arn:aws:(?:iam::\d+:user/smart-factory-plant1-|sts::\d+:assumed-role/smart-factory-plant1-)([a-z-]+)"
)
_CONDITIONS = ("s3:prefix", "kms:encryptioncontext:plant", "kms:encryptioncontext:shard")
"""Keys that our policies ask for, as the emulator has them."""


class Call(NamedTuple):
    """A call as a policy sees it.

    Args:
        action: as IAM names it.
        resource: its ARN.
        context: what conditions ask for, in small letters.
    """

    action: str
    resource: str
    context: tuple[tuple[str, str], ...] = ()


def calls_in(path: Path) -> dict[str, set[Call]]:
    """Calls that were allowed, by program, of a local AWS's own record."""
    found: dict[str, set[Call]] = defaultdict(set)
    for line in path.read_text(encoding="utf-8").splitlines():
        caller, action, resource, context, decision = json.loads(line)
        program = _CALLER.match(caller)
        if program and decision == "Allow":
            told = tuple((key, _some(value)) for key, value in sorted(context.items()) if key.lower() in _CONDITIONS)
            found[program[1]].add(Call(action, _some(resource), told))
    return found


def written() -> dict[str, set[Call]]:
    """What the file has, by program."""
    programs = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        program: {Call(action, resource, tuple(sorted(context.items()))) for action, resource, context in calls}
        for program, calls in programs.items()
    }


def unwritten(path: Path) -> list[tuple[str, Call]]:
    """Calls of a local AWS's own record that the file lacks, of programs that have a role on AWS."""
    known, found = written(), calls_in(path)
    assert found, f"{path} has no calls of programs"
    return sorted((program, call) for program in ON_AWS & found.keys() for call in found[program] - known[program])


def _some(text: str) -> str:
    """An ARN or prefix without what differs from run to run."""
    text = re.sub(r"\bshard-\d{4}\b", "shard-0000", text)
    text = re.sub(r":key/[0-9a-f-]{36}$", ":key/some", text)
    text = re.sub(r"^(arn:aws:s3:::[^/]+/)?([a-z]+|shard-\d+|rules-engine)/.*$", r"\1\2/some", text)
    text = re.sub(r"(:secret:.*)-\w{6}$", r"\1-AbCdEf", text)
    return re.sub(r"(:topic/factory/plant1)/[^/]+/[^/]+/", r"\1/some/some/", text)


def _add(paths: list[Path]) -> None:
    programs = written() if FILE.exists() else {}
    for path in paths:
        for program, calls in calls_in(path).items():
            programs[program] = programs.get(program, set()) | calls
    told = {
        program: [[call.action, call.resource, dict(call.context)] for call in sorted(calls)]
        for program, calls in sorted(programs.items())
    }
    FILE.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _add([Path(name) for name in sys.argv[1:]])
