"""A running plant in a terminal: what machines tell, what is wrong with them, how well they reach the broker.

`SimulatorSource` asks a simulator, `History` keeps what it told, `judge` says how bad each machine is, and `frame`
turns all of that into something that rich can print. Only the first touches the network; the last two are pure.
"""

from factory.watch.frame import frame
from factory.watch.history import History
from factory.watch.judging import Judgement, judge
from factory.watch.scene import Order, Scene, Selection
from factory.watch.snapshot import FaultSeen, MachineSeen, Snapshot, read_snapshot
from factory.watch.source import SimulatorSource
from factory.watch.sparkline import sparkline

__all__ = [
    "FaultSeen",
    "History",
    "Judgement",
    "MachineSeen",
    "Order",
    "Scene",
    "Selection",
    "SimulatorSource",
    "Snapshot",
    "frame",
    "judge",
    "read_snapshot",
    "sparkline",
]
