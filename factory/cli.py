"""The command `factory`: its group of commands, and errors in at most two lines.

A command's module is imported when the command is used and not before, so that `factory --help` needs neither boto3
nor rich (0.1 s instead of 1 s). The one-line descriptions therefore stand here; a test holds them to the commands' own.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from contracts.errors import FactoryError
from factory.commands.lazy_group import LazyCommand, LazyGroup

COMMANDS: dict[str, LazyCommand] = {
    "up": LazyCommand("factory.commands.up:up", "Start the whole factory on this machine."),
    "down": LazyCommand("factory.commands.down:down", "Stop the factory of a data directory, in order."),
    "status": LazyCommand("factory.commands.status:status", "Show what the running factory is doing."),
    "watch": LazyCommand("factory.commands.watch:watch", "Watch machines, faults and connections live."),
    "inject": LazyCommand("factory.commands.inject:inject", "Put a fault on a machine while it runs."),
    "clear": LazyCommand("factory.commands.inject:clear", "End faults that are on machines."),
    "machines": LazyCommand("factory.commands.inject:machines", "List the machines and what they last told."),
    "verdicts": LazyCommand("factory.commands.verdicts:verdicts", "Say what machines need, when, and why."),
    "scenario": LazyCommand("factory.commands.scenario:scenario", "List, draw and describe what can go wrong."),
    "fleet": LazyCommand("factory.commands.fleet:fleet", "Hand in what vehicles said, and see what became of it."),
    "audit": LazyCommand("factory.commands.audit:audit", "Prove that nothing acknowledged was lost."),
    "backfill": LazyCommand(
        "factory.commands.backfill:backfill_command", "Write the history of a plant, years in minutes."
    ),
    "train": LazyCommand("factory.commands.train:train", "Train models from histories, beside plain baselines."),
    "evaluate": LazyCommand("factory.commands.evaluate:evaluate", "Judge models by data that they never saw."),
    "models": LazyCommand("factory.commands.models:models", "List, show and publish trained models."),
    "lake": LazyCommand("factory.commands.lake:lake", "Turn the archive into tables, and ask them."),
    "rules": LazyCommand("factory.commands.rules:rules", "Try, check and explain rules without acting."),
    "dashboards": LazyCommand("factory.commands.dashboards:dashboards", "Write dashboards and monitoring files."),
    "bench": LazyCommand("factory.commands.bench:bench", "Measure the hot paths, each beside a baseline, and memory."),
    "cost": LazyCommand("factory.commands.cost:cost", "Tell what the factory costs on AWS in a month."),
    "provision": LazyCommand("factory.commands.provision:provision", "Make identities and cloud resources."),
    "unprovision": LazyCommand("factory.commands.unprovision:unprovision", "Take the machines' identities away."),
    "deploy": LazyCommand("factory.commands.deploy:deploy", "Walk from an empty account to a factory on AWS."),
    "undeploy": LazyCommand("factory.commands.undeploy:undeploy", "Take a plant on AWS away, with its data."),
}


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with: factory up. Then, in another terminal: factory status, factory inject --help, factory audit.",
)
@click.option("--debug", is_flag=True, help="Show where in the code a failure happened (traceback).")
@click.version_option(package_name="smart-factory", prog_name="factory")
def cli(debug: bool) -> None:
    """A factory on one machine that ages and breaks in known ways.

    It proves its own alarms against that truth: simulated machines publish over MQTT with mutual TLS, rules archive and
    route what they say, Prometheus and e-mail watch it.
    """
    del debug  # read by `run`, before click sees a failure


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; print a failure in at most two lines, and return the exit status.

    Args:
        arguments: what stands after `factory`; by default the process's own.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status = cli.main(args=words, prog_name="factory", standalone_mode=False)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        if error.ctx.parent is None:
            click.echo(error.ctx.get_help())
            return 0
        return _complain(f"{error.ctx.command_path}: a command is missing.\nTry: {error.ctx.command_path} --help", 2)
    except (click.exceptions.Abort, KeyboardInterrupt):
        return _complain("factory: stopped.", 130)
    except BrokenPipeError:
        # The reader of a pipe (`factory status | head`) has gone; nothing is left to say to it.
        sys.stderr.close()
        return 0
    except Exception as error:  # the last door: whatever comes out must be told in a line
        if _wants_traceback(words):
            raise
        return _complain(*_sentences(error))
    return status if isinstance(status, int) else 0


def _sentences(error: Exception) -> tuple[str, int]:
    """What to say of an error, and the exit status."""
    if isinstance(error, click.ClickException):
        context = getattr(error, "ctx", None)
        program = context.command_path if context is not None else "factory"
        hint = f"\nTry: {program} --help" if isinstance(error, click.UsageError) else ""
        return f"{program}: {_one_line(error.format_message())}{hint}", error.exit_code
    if isinstance(error, FactoryError):
        return f"factory: {_two_lines(error)}", error.exit_status
    told = _one_line(str(error)) or "no message"
    return f"factory: {type(error).__name__}: {told}\nThis was not foreseen; `factory --debug …` shows where.", 1


def _two_lines(error: FactoryError) -> str:
    """What an error says, and what would be right.

    A message over several lines (one that points at a spot with a caret) begins with the sentence that names the spot.
    """
    told = error.message.strip().partition("\n")[0]
    return _one_line(told) + (f"\n{_one_line(error.remedy)}" if error.remedy else "")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _wants_traceback(words: list[str]) -> bool:
    return "--debug" in words[:1]


def _complain(text: str, status: int) -> int:
    click.echo(text, err=True)
    return status
