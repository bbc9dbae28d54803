"""Years of a plant in minutes: the same machines on a virtual clock, written as the archive of a live plant has them.

A plant is played in parts (`parts`), each by one process from start to end (`player`): blocks of many steps become
messages (`messages`), which come to the archive at once or late (`post`) and are written by the hour of the
reading (`layout`) as Parquet or JSON lines. Truth, wear with hindsight and a manifest with digests lie beside them.
"""

from simulator.backfill.manifest import BackfillManifest
from simulator.backfill.request import BackfillRequest, Timing, plan_timing
from simulator.backfill.run import backfill, make_room
from simulator.backfill.sinks import open_sink

__all__ = ["BackfillManifest", "BackfillRequest", "Timing", "backfill", "make_room", "open_sink", "plan_timing"]
