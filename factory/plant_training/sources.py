"""Histories for the plant's models, ready to learn from: made by the recipe, or those of somebody's lakes."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from factory.plant_training.recipe import Play, Purpose, play
from factory.training.lakes import origin_of_lake
from maintenance.errors import DataError, ModelError
from maintenance.features import NormalBehaviour
from maintenance.lake import open_lake
from maintenance.plant_models.bundle import Sets, learn_normal, prepare_one
from maintenance.plant_models.prepared import Prepared
from maintenance.plant_models.source import History, read_history

Advance = Callable[[int], None]
LEARNT_SHARE = 2 / 3
"""Of a lake's time this part is learnt from, and the rest judged on [1]."""
KEPT_APART = 4
"""Every fourth machine of a lake is kept apart."""


@dataclass(frozen=True, slots=True)
class PlantData:
    """What models are made of.

    Attributes:
        normal: how machines behave while they are well.
        learnt: to learn from.
        unseen: to judge on.
        description: where it comes from, for people.
        seeds: of what is learnt from; of a lake, as far as it tells.
        scenario: what was played; the same.
    """

    normal: NormalBehaviour
    learnt: Sets
    unseen: Sets
    description: str
    seeds: tuple[int, ...] = ()
    scenario: str = ""


def by_recipe(training: Sequence[Play], evaluation: Sequence[Play], advance: Advance) -> PlantData:
    """Play histories and make them ready; the calm ones of the training first, since all features need them.

    Args:
        training: histories to learn from.
        evaluation: histories to judge on.
        advance: told how many readings are done.
    """
    calm = [one for one in training if one.purpose == "calm"]
    with tempfile.TemporaryDirectory(prefix="plant-training-") as scratch:
        normal = learn_normal([_history(one, Path(scratch), advance) for one in calm])
    learnt, unseen = made([*training, *evaluation], normal, advance, len(training))
    seeds = tuple(sorted({one.seed for one in training}))
    scenarios = ", ".join(dict.fromkeys(one.scenario for one in training))
    return PlantData(normal, learnt, unseen, "Plants played by the recipe of factory train plant.", seeds, scenarios)


def made(plays: Sequence[Play], normal: NormalBehaviour, advance: Advance, learnt: int = 0) -> tuple[Sets, Sets]:
    """Play histories in as many processes as there are cores, and make features of them.

    Args:
        plays: the histories.
        normal: how machines behave while they are well.
        advance: told how many readings are done.
        learnt: so many of them are to learn from, the rest to judge on.
    """
    ready: dict[int, Prepared] = {}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(os.cpu_count() or 1, len(plays)), context) as pool:
        futures = {pool.submit(_ready, one, normal.as_plain()): number for number, one in enumerate(plays)}
        for future in as_completed(futures):
            ready[futures[future]] = future.result()
            advance(plays[futures[future]].readings)
    named = [(one.purpose, ready[number]) for number, one in enumerate(plays)]
    return sets_of(named[:learnt]), sets_of(named[learnt:])


def of_lakes(addresses: Sequence[str], advance: Advance) -> PlantData:
    """Histories of lakes, split by machine and by time.

    Args:
        addresses: folders or `s3://…`, each with its truth.
        advance: told how many readings are done.

    Raises:
        DataError: one has no truth, or too few machines.
        ModelError: none is calm.
    """
    histories = [read_history(address) for address in addresses]
    purposes = [purpose_of(history) for history in histories]
    calm = [history for history, purpose in zip(histories, purposes, strict=True) if purpose == "calm"]
    if not calm:
        raise ModelError(
            "There is no calm history, from which it could be learnt what is normal.",
            remedy="Name one more --lake, without faults and failures.",
        )
    normal = learn_normal([learnt_part(history) for history in calm])
    learnt, unseen = [], []
    for history, purpose in zip(histories, purposes, strict=True):
        whole = prepare_one(history, normal, purpose)
        first, second = split(whole)
        learnt.append((purpose, first))
        unseen.append((purpose, second))
        advance(sum(len(readings) for readings in history.readings.values()))
    origins = [origin_of_lake(address) for address in addresses]
    return PlantData(
        normal, sets_of(learnt), sets_of(unseen), f"Lakes: {', '.join(addresses)}.",
        tuple(sorted({seed for origin in origins for seed in origin.seeds})),
        ", ".join(dict.fromkeys(origin.scenario for origin in origins if origin.scenario)),
    )  # fmt: skip


def purpose_of(history: History) -> Purpose:
    """What a history is good for: faults if there are any, else failures, else it is calm."""
    if any(fault.family in ("sensor", "process") for fault in history.faults):
        return "faults"
    return "wear" if np.isfinite(history.wear.time_to_failure_h).any() else "calm"


def split(whole: Prepared) -> tuple[Prepared, Prepared]:
    """What to learn from, and what to judge on: other machines, at a later time.

    Raises:
        DataError: there are too few machines to keep any apart.
    """
    apart = kept_apart(dict(zip(whole.machines, whole.models, strict=True)), whole.name)
    border = int(len(whole.hours) * LEARNT_SHARE)
    first = whole.of_machines([place for place, name in enumerate(whole.machines) if name not in apart])
    second = whole.of_machines([place for place, name in enumerate(whole.machines) if name in apart])
    return _hours(first, slice(0, border)), _hours(second, slice(border, None))


def kept_apart(models: Mapping[str, str], file: str) -> set[str]:
    """The machines that are judged and not learnt from; of each of their models others are left.

    Args:
        models: model of each machine, by its name.
        file: where they are, for people.

    Raises:
        DataError: there are too few machines.
    """
    order = sorted(models, key=lambda name: (models[name], name))
    left, apart = Counter(models.values()), set()
    for name in order[KEPT_APART - 1 :: KEPT_APART]:
        if left[models[name]] > 1:
            left[models[name]] -= 1
            apart.add(name)
    if not apart:
        raise DataError(
            f"{KEPT_APART} machines are needed, and two of a model, to keep one apart; here are {len(models)}",
            file=file,
            remedy="factory backfill --machines 16 has two of each model.",
        )
    return apart


def learnt_part(history: History) -> History:
    """The readings of a history that may be learnt from: what `split` leaves of its hours."""
    apart = kept_apart(history.models, history.address)
    told = [one.hour for one in history.readings.values() if len(one)]
    begin, end = min(int(hour[0]) for hour in told), max(int(hour[-1]) for hour in told)
    border = begin + int((end + 1 - begin) * LEARNT_SHARE)
    return replace(
        history,
        readings={name: one.take(one.hour < border) for name, one in history.readings.items() if name not in apart},
    )


def sets_of(named: Iterable[tuple[Purpose, Prepared]]) -> Sets:
    """Histories by what they are good for."""
    some = list(named)
    calm, wear, faults = (
        tuple(one for purpose, one in some if purpose == wanted) for wanted in ("calm", "wear", "faults")
    )
    return Sets(calm, wear, faults)


def _hours(one: Prepared, which: slice) -> Prepared:
    hours = one.hours[which]
    names = ("hours", "features", "working", "left_h", "bearing_h", "fails", "kinds", "fault")
    cut = replace(one, **{name: getattr(one, name)[which] for name in names})
    inside = (
        life
        for life in one.lives
        if len(hours)
        and life.begin_h + life.length_h / 2 >= hours[0]
        and life.begin_h + life.length_h / 2 <= hours[-1] + 1
    )
    return replace(cut, lives=tuple(inside))


def _history(one: Play, scratch: Path, advance: Advance = lambda _readings: None) -> History:
    address = play(one, scratch, advance)
    open_lake(address).compact()
    return read_history(address)


def _ready(one: Play, normal: dict[str, Any]) -> Prepared:
    with tempfile.TemporaryDirectory(prefix="plant-training-") as scratch:
        history = _history(one, Path(scratch))
        shutil.rmtree(Path(scratch) / one.name)  # the disk need not hold it while features are made
        return replace(prepare_one(history, NormalBehaviour.from_plain(normal), one.purpose), name=one.name)
