"""What the programs of a factory are told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from factory.up.layout import Layout
from factory.up.options import UpOptions
from factory.up.programs import STOP_ORDER, TOOLS, Program, ProgramTable
from simulator.settings import SimulatorSettings

CALLER = {
    "PATH": "/usr/bin",
    "AWS_PROFILE": "production",
    "AWS_SECRET_ACCESS_KEY": "of-the-caller",
    "SIMULATOR_HTTP_PORT": "1",
}


OURS = ("local_aws", "mail", "rules", "simulator", "verdicts", "model")


@pytest.fixture
def table(up_options: Callable[..., UpOptions], tmp_path: Path) -> Callable[..., ProgramTable]:
    """The programs of a `factory up` with such options; each program's AWS key tells its name."""
    return lambda **options: ProgramTable(
        up_options(**options), Layout(tmp_path), lambda user: (f"KEY-{user}", f"secret-of-{user}"), CALLER
    )


def _all(table: ProgramTable) -> dict[str, Program]:
    programs = [
        table.local_aws(), table.mail(), table.rules(), table.simulator(), table.verdicts(), table.model(),
    ]  # fmt: skip
    return {program.name: program for program in [*programs, table.init("init-rules", "rules", shards="rules-engine")]}


@pytest.mark.parametrize("name", ["mail", "rules", "simulator", "verdicts", "init-rules"])
def test_a_program_has_its_own_credentials_alone(name: str, table: Callable[..., ProgramTable]) -> None:
    """Neither the caller's nor another program's key is in its environment."""
    environment = _all(table())[name].environment()
    assert environment["AWS_SECRET_ACCESS_KEY"] == f"secret-of-{name}"
    assert [value for value in environment.values() if "secret-of-" in value] == [f"secret-of-{name}"]
    assert "AWS_PROFILE" not in environment
    assert "of-the-caller" not in environment.values()


def test_our_own_programs_are_asked_how_they_are(table: Callable[..., ProgramTable]) -> None:
    """What runs on has a pulse; an init container, which ends by itself, has none."""
    programs = _all(table())
    assert {name for name, program in programs.items() if program.pulse} == set(OURS)
    assert {name for name, program in programs.items() if program.needs} == {"mail", "rules", "simulator", "verdicts"}


@pytest.mark.parametrize("name", ["local_aws", "model"])
def test_programs_without_credentials(name: str, table: Callable[..., ProgramTable]) -> None:
    """The local AWS draws its root's key itself; the model's server calls no AWS."""
    assert not [one for one in _all(table())[name].environment() if one.startswith("AWS_")]


def test_models_of_the_caller_are_used_where_they_are(table: Callable[..., ProgramTable], tmp_path: Path) -> None:
    """A directory with the plant's models alone: those judge machines; the fleet's is made as ever."""
    (tmp_path / "models" / "plant-maintenance").mkdir(parents=True)
    told = _all(table(models=tmp_path / "models"))

    assert told["verdicts"].environment()["VERDICTS_MODELS_DIR"] == str(tmp_path / "models")
    assert told["verdicts"].argv[-1] == "maintenance.verdicts"
    assert told["model"].argv[-2:] == ("factory.up.trained", "fleet")
    (tmp_path / "models" / "fleet").mkdir()
    told = _all(table(models=tmp_path / "models"))
    assert told["model"].environment()["MODEL_SERVER_MODEL_DIR"] == str(tmp_path / "models" / "fleet")
    assert told["model"].argv[-1] == "maintenance.server"


def test_the_callers_settings_do_not_leak_in(table: Callable[..., ProgramTable]) -> None:
    """A program's settings come from the options, not from the caller's environment."""
    assert _all(table())["simulator"].environment()["SIMULATOR_HTTP_PORT"] == "9100"


def test_the_only_simulator_may_play_all_shards(table: Callable[..., ProgramTable], tmp_path: Path) -> None:
    """With `--shard-size 10` a few hundred machines are more than the 16 shards that a container plays by default."""
    told = _all(table())["simulator"].environment()

    # Shards are numbered 0000 to 9999.
    assert int(told["SIMULATOR_MAX_SHARDS"]) == 10_000
    assert (
        SimulatorSettings(
            identities_dir=tmp_path, leases_table="leases", max_shards=told["SIMULATOR_MAX_SHARDS"]
        ).max_shards
        == 10_000
    )


def test_credentials_are_looked_up_at_each_start(up_options: Callable[..., UpOptions], tmp_path: Path) -> None:
    """A key that was made anew is used by the next life of its program."""
    keys = {"rules": ("old", "old")}
    rules = ProgramTable(up_options(), Layout(tmp_path), keys.__getitem__, CALLER).rules()
    keys["rules"] = ("new", "new")
    assert rules.environment()["AWS_ACCESS_KEY_ID"] == "new"


def test_everything_that_runs_is_stopped(table: Callable[..., ProgramTable]) -> None:
    """The plant first, so that nothing new is said; the local AWS last, since what was said lies in it."""
    running = {name for name in _all(table()) if not name.startswith("init-")}
    assert running | set(TOOLS) == set(STOP_ORDER)
    assert (STOP_ORDER[0], STOP_ORDER[-1]) == ("simulator", "local_aws")


def test_a_folder_of_the_same_name_is_not_run(table: Callable[..., ProgramTable]) -> None:
    """Python is told not to look where the caller stands."""
    assert "-P" in _all(table())["rules"].argv
