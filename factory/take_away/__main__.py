"""`scripts/take-away`: each protection of `terraform/` is taken away once, and a test should miss it."""

from __future__ import annotations

import json
import sys
import tempfile
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue

from rich.progress import Progress
from rich.table import Table

from contracts.errors import FactoryError
from factory.console import make_console
from factory.take_away.mutations import KINDS, Mutation, mutations
from factory.take_away.trial import Copy, Verdict

ROOT = Path(__file__).parents[2]
OUTCOMES = ("killed", "refused", "survived")
_EXAMPLES = """\
examples:
  scripts/take-away --list                                 what would be tried, and where
  scripts/take-away --module keys --kind encryption        one module, one sort of protection
  scripts/take-away --json > first.json                    everything: about an hour on two processors
  scripts/take-away --again first.json                     once more what no test missed then

status: 0 a test misses each of them, 3 something survived, 2 wrong call, 1 failure
"""


@dataclass(frozen=True, slots=True)
class Trial:
    """A mutation at its place in `terraform/`, and what stands there, on one line."""

    file: Path
    line: int
    was: str
    mutation: Mutation

    def __str__(self) -> str:
        return f"terraform/{self.file}:{self.line} {self.mutation.kind}: {self.mutation.what}"

    @property
    def as_json(self) -> dict[str, str | int]:
        """As a report has it."""
        mutation = self.mutation
        told = {"kind": mutation.kind, "what": mutation.what, "was": self.was}
        return {"file": self.file.as_posix(), "line": self.line, **told}


def main(arguments: list[str] | None = None) -> int:
    """Try, tell, and return the exit status."""
    options = _options(arguments)
    trials = [one for one in all_trials(ROOT / "terraform") if _is_wanted(one, options)]
    if options.again:
        report = json.loads(options.again.read_text(encoding="utf-8"))
        survivors = {_identity(one) for one in report if one["outcome"] == "survived"}
        trials = [one for one in trials if _identity(one.as_json) in survivors]
    if options.list:
        sys.stdout.writelines(f"{one}\n" for one in trials)
        return 0
    try:
        results = list(_results(trials, options.at_a_time))
    except FactoryError as error:
        sys.stderr.write(f"take-away: {error}\n")
        return error.exit_status
    _tell(results, as_json=options.json)
    return 3 if any(verdict.outcome == "survived" for _, verdict in results) else 0


def all_trials(terraform: Path) -> Iterator[Trial]:
    """All mutations of the folders that have tests of their own."""
    for folder in sorted({tests.parent for tests in terraform.rglob("tests") if any(tests.glob("*.tftest.hcl"))}):
        for path in sorted(folder.glob("*.tf")):
            text = path.read_text(encoding="utf-8")
            for mutation in mutations(text):
                was = " ".join(text[mutation.begin : mutation.end].split())
                yield Trial(path.relative_to(terraform), text.count("\n", 0, mutation.begin) + 1, was[:200], mutation)


def _identity(told: dict[str, str | int]) -> tuple[str | int, ...]:
    """What a report speaks of, wherever its line has gone to."""
    return tuple(told[name] for name in ("file", "kind", "what", "was"))


def _options(arguments: list[str] | None) -> Namespace:
    parser = ArgumentParser(
        "take-away", description=__doc__, epilog=_EXAMPLES, formatter_class=RawDescriptionHelpFormatter
    )
    parser.add_argument("--module", action="append", metavar="NAME", help="folder below terraform/ by its last name")
    parser.add_argument("--kind", action="append", choices=KINDS, help="sort of protection", metavar="KIND")
    parser.add_argument("--list", action="store_true", help="say what would be tried, and try nothing")
    parser.add_argument("--again", type=Path, metavar="REPORT", help="only what survived in a report of --json")
    parser.add_argument("--at-a-time", type=int, default=1, metavar="N", help="how many are tried at once (1)")
    parser.add_argument("--json", action="store_true", help="a list with file, line, kind, what, was, outcome, why")
    return parser.parse_args(arguments)


def _is_wanted(trial: Trial, options: Namespace) -> bool:
    in_folder = not options.module or trial.file.parent.name in options.module
    return in_folder and (not options.kind or trial.mutation.kind in options.kind)


def _results(trials: list[Trial], at_a_time: int) -> Iterator[tuple[Trial, Verdict]]:
    console = make_console(stderr=True)
    copies: SimpleQueue[Copy] = SimpleQueue()

    def judge(trial: Trial) -> tuple[Trial, Verdict]:
        copy = copies.get()
        try:
            return trial, _judge(copy, trial)
        finally:
            copies.put(copy)

    with tempfile.TemporaryDirectory() as work, ThreadPoolExecutor(at_a_time) as pool:
        for number in range(at_a_time):
            (Path(work) / str(number)).mkdir()
            copies.put(Copy(ROOT, Path(work) / str(number)))
        with Progress(console=console, disable=not console.is_terminal) as progress:
            for trial, verdict in progress.track(pool.map(judge, trials), len(trials), description="trying"):
                progress.console.print(f"{verdict.outcome:8}  {trial}", soft_wrap=True)
                yield trial, verdict


def _judge(copy: Copy, trial: Trial) -> Verdict:
    """The verdict on one mutation."""
    text = (copy.terraform / trial.file).read_text(encoding="utf-8")
    block = text.rfind("\n}\n", 0, trial.mutation.begin)
    touched = text[block + 3 : trial.mutation.end]
    seen_in_text = trial.mutation.kind in ("order", "star")
    return copy.try_text(trial.file, trial.mutation.of(text), touched, seen_in_text=seen_in_text)


def _tell(results: list[tuple[Trial, Verdict]], *, as_json: bool) -> None:
    if as_json:
        found = [{**trial.as_json, **asdict(verdict)} for trial, verdict in results]
        sys.stdout.write(json.dumps(found, indent=1) + "\n")
        return
    counts = Counter((trial.mutation.kind, verdict.outcome) for trial, verdict in results)
    table = Table("kind", "tried", *OUTCOMES, box=None)
    for kind in [kind for kind in KINDS if any((kind, outcome) in counts for outcome in OUTCOMES)]:
        each = [counts[kind, outcome] for outcome in OUTCOMES]
        table.add_row(kind, *map(str, (sum(each), *each)))
    whole = [sum(verdict.outcome == outcome for _, verdict in results) for outcome in OUTCOMES]
    table.add_row("all", *map(str, (len(results), *whole)))
    make_console(plain_width=100).print(table)


if __name__ == "__main__":
    sys.exit(main())
