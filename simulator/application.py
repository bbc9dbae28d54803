"""The process: finds shards, takes leases, plays its share, and ends in order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import structlog

from simulator.allotment import Member, allotments
from simulator.errors import SimulatorError
from simulator.garbage import collect_rarely, set_aside
from simulator.lease import LeaseError, LeaseTable
from simulator.members import Members
from simulator.playing import Playing
from simulator.roster import Roster
from simulator.rosters import Rosters
from simulator.settings import SimulatorSettings
from simulator.shard import House, Shard

Answer = TypeVar("Answer")

TURN = 1 / 15
"""Time between two looks at who is there and what is free, by the time of a lease; a heartbeat is every fifth."""

RESTART_AFTER_S = 10.0
"""A shard that broke down is left alone for so long [s]."""

UNCLAIMED_AFTER_S = 10.0
"""A shard that is free for so long, while nobody takes any, is taken by anybody who may, whatever the shares [s]."""

KEPT_FOR_S = 300.0
"""So long nothing is given up for a shard taken in that way [s]: whoever should have it was not able to take it."""

PATIENCE_S = 4.0
"""What a stop takes beyond the wait for answers: goodbyes, books, leases [s]."""


class Application:
    """Plays its share of the shards, as far as it can get them.

    At each heartbeat it renews its leases, tells the other processes of the plant that it lives, and looks who else
    does. What is beyond its share it gives up, one shard a heartbeat; what it lacks it takes when it is free. Between
    heartbeats it looks whether a shard was given up for it.

    Args:
        settings: what the environment says.
        leases: who plays which shard.
        house: what all shards of the process share.
        playing: the shards being played; others look at it.
    """

    def __init__(self, settings: SimulatorSettings, leases: LeaseTable, house: House, playing: Playing) -> None:
        self._settings, self._leases, self._house, self._playing = settings, leases, house, playing
        self._members = Members(leases, settings.max_shards)
        self._alive: dict[str, Member] = {}
        self._rosters = Rosters(settings.identities_dir)
        self._not_before_s: dict[str, float] = {}
        self._free_since_s: dict[str, float] = {}
        self._kept_until_s: dict[str, float] = {}
        self._held_by_all = self._beyond_limits = 0
        self._given_up: set[str] = set()
        self._machines = 0
        self._next_beat_s = float("-inf")
        self._table_answers = True
        self._log = structlog.get_logger("simulator")

    def run(self, stop: threading.Event) -> None:
        """Play until `stop` is set.

        Raises:
            IdentitiesError: no shard was laid down in time.
            ScenarioError: a shard's scenario cannot be played.
            SimulatorError: a shard did not come to its end in time; its books and its lease are left as they are.
        """
        self._rosters.wait(stop, self._settings.identities_wait_seconds)
        collect_rarely()
        try:
            while not stop.is_set():
                self._turn()
                # After a failure at once again: two missed heartbeats are enough for a pause.
                stop.wait(self._settings.lease_seconds * TURN)
        finally:
            self._stop_all()

    def _turn(self) -> None:
        beat = time.monotonic() >= self._next_beat_s or not self._table_answers
        changed = self._bury()
        if beat:
            self._next_beat_s = time.monotonic() + self._settings.lease_seconds / 3
            self._renew_those(self._playing.shards())
            self._rosters.look()
        if not self._with_table(lambda: self._see_members(tell=beat or changed)):
            return
        due = allotments(self._alive, len(self._rosters.all()))
        self._tell_of_limits(len(self._rosters.all()) - sum(due.values()))
        lacking = due.get(self._leases.owner, 0) - self._held()
        held_by_all = sum(one.held for one in self._alive.values())
        if held_by_all > self._held_by_all:  # whoever takes one a turn will come to the others
            self._free_since_s.clear()
        self._held_by_all = held_by_all
        # Between heartbeats only what was given up is of interest, and the members tell how much that is.
        if beat or (lacking > 0 and held_by_all < len(self._rosters.all())):
            self._look_for_shards(lacking)
        if beat and lacking < -self._kept() and any(one.held < due[name] for name, one in self._alive.items()):
            self._give_up_one()
        self._set_aside_machines()

    def _see_members(self, *, tell: bool) -> bool:
        """See who is alive; to begin with, and when there is news of us, tell that we are."""
        news = self._leases.owner not in self._alive or self._alive[self._leases.owner].held != self._held()
        self._alive = self._members.beat(self._held()) if tell or news else self._members.look()
        return True

    def _tell_of_limits(self, shards: int) -> None:
        """Say it when so many shards are beyond what all processes together may play: nobody else would miss them."""
        if shards > 0 and shards != self._beyond_limits:
            self._log.warning(
                "shards are played by nobody: no process may play more (SIMULATOR_MAX_SHARDS)",
                shards=shards,
                processes=len(self._alive),
            )
        self._beyond_limits = shards

    def _held(self) -> int:
        """Shards played that we mean to keep."""
        return sum(shard.roster.shard not in self._given_up for shard in self._playing.shards())

    def _kept(self) -> int:
        """Shards beyond our share that nobody else took, not so long ago."""
        now_s = time.monotonic()
        return sum(self._kept_until_s.get(shard.roster.shard, now_s) > now_s for shard in self._playing.shards())

    def _bury(self) -> bool:
        """Forget shards whose thread has ended: lost leases, breakdowns and what was given up. Says whether any has."""
        ended = [shard for shard in self._playing.shards() if not shard.alive]
        for shard in ended:
            self._playing.remove(shard)
            self._given_up.discard(shard.roster.shard)
            self._not_before_s[shard.roster.shard] = time.monotonic() + RESTART_AFTER_S
        return bool(ended)

    def _renew_those(self, shards: Sequence[Shard]) -> None:
        for shard in shards:
            self._with_table(shard.lease.renew)
            if not shard.lease.held():
                shard.look_at_lease()
            if not self._table_answers:
                return  # each question may take seconds; the others are asked when there are answers again

    def _look_for_shards(self, lacking: int) -> None:
        """Take what we lack, and watch the rest, so that it is known how long its players have been silent.

        No more is taken at a time than can be connected until the next: a process that is first would else take all,
        build thousands of connections, and give them up again to those that come a second later.
        """
        played = {shard.roster.shard for shard in self._playing.shards()}
        room = self._settings.connects_per_second * self._settings.lease_seconds * TURN
        for name, roster in self._rosters.all().items():
            if name in played:
                continue
            if lacking > 0 and room > 0 and time.monotonic() >= self._not_before_s.get(name, 0.0):
                if self._try(roster):
                    lacking, room = lacking - 1, room - len(roster.identities)
            elif self._unclaimed(name) and lacking <= 0 and self._held() < self._settings.max_shards:
                self._kept_until_s[name] = time.monotonic() + KEPT_FOR_S
                self._try(roster)
            if not self._table_answers:
                return

    def _unclaimed(self, name: str) -> bool:
        """Whether a shard has been free for so long that whoever should take it seems not to be able to."""
        if not self._with_table(lambda: self._leases.watch(name)):
            self._free_since_s.pop(name, None)
            return False
        return time.monotonic() - self._free_since_s.setdefault(name, time.monotonic()) >= UNCLAIMED_AFTER_S

    def _try(self, roster: Roster) -> bool:
        lease = self._with_table(lambda: self._leases.try_acquire(roster.shard))
        if lease is None:
            return False
        self._free_since_s.pop(roster.shard, None)
        shard = Shard(roster, lease, self._house)
        self._playing.add(shard)
        shard.start()
        return True

    def _give_up_one(self) -> None:
        """Let another process have the shard that came last, unless the one before is still on its way out."""
        if self._given_up:
            return
        shard = self._playing.shards()[-1]
        self._log.info("giving a shard up: another process has less than its share", given_up=shard.roster.shard)
        self._given_up.add(shard.roster.shard)
        shard.stop()

    def _set_aside_machines(self) -> None:
        """Keep the garbage collector off the machines when their number has changed."""
        machines = sum(len(shard.links) for shard in self._playing.shards())
        if machines != self._machines:
            self._machines = machines
            set_aside()

    def _with_table(self, call: Callable[[], Answer]) -> Answer | None:
        """Ask the lease table; while it does not answer, leases run on until their time is over."""
        try:
            answer = call()
        except LeaseError as error:
            if self._table_answers:
                self._log.warning("no answer about leases; playing until their time is over", error=str(error))
            self._table_answers = False
            return None
        if not self._table_answers:
            self._log.info("the lease table answers again")
            self._leases.look_afresh()
            self._members.look_afresh()
        self._table_answers = True
        return answer

    def _stop_all(self) -> None:
        # First of all, so that the others look out for what is about to become free.
        self._with_table(self._members.leave)
        shards = self._playing.shards()
        for shard in shards:
            shard.stop()
        beat_s, now_s = self._settings.lease_seconds / 3, time.monotonic()
        deadline_s, next_beat_s = now_s + self._settings.drain_seconds + PATIENCE_S, now_s + beat_s
        while any(shard.alive for shard in shards) and time.monotonic() < deadline_s:
            for shard in shards:
                shard.join(timeout_s=0.05)
            if time.monotonic() >= next_beat_s:  # a drain may take longer than a lease
                self._renew_those([shard for shard in shards if shard.alive])
                next_beat_s += beat_s
        if left := [shard.roster.shard for shard in shards if shard.alive]:
            raise SimulatorError(f"{', '.join(left)} did not come to an end in {PATIENCE_S:g} s beyond the drain.")
        self._log.info("stopped", shards=len(shards))
