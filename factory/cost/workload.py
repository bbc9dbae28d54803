"""What our factory really does, in numbers that were measured; a test measures them again.

Nothing here is a price. Sizes are those of the simulator's encoder and of the rule `archive`; the rest is counted from
the declarations of metrics and rules. What could not be measured without an account says so and is an assumption.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Kind:
    """Machines, or vehicles: what one of them says.

    Args:
        line: level of the topic by which rules tell them apart.
        payload_bytes: size of a message with one reading [bytes].
        topic_bytes: size of its topic [bytes].
        archived_bytes: the same reading as the rule `archive` hands it to Firehose [bytes].
        stored_bytes: the same in a gzip object of the archive [bytes].
        series: series that one has on /metrics.
    """

    line: str
    payload_bytes: int
    topic_bytes: int
    archived_bytes: int
    stored_bytes: float
    series: int


MACHINE: Final = Kind("line1", 150, 35, 211, 15.9, 6)
"""Mean over a day of 50 machines of the four models, a reading a second, scenario calm."""
VEHICLE: Final = Kind("fleet", 219, 35, 278, 20.2, 7)
"""The same day, ten vehicles."""

VERDICT_SERIES: Final = 7
"""Series of a machine's verdict without its reasons: one each, and three bounds of the remaining life."""
VERDICTS_AN_HOUR: Final = 7
"""One on the hour, and of the running hour's second half one each 300 s (VERDICTS_SO_FAR_SECONDS)."""
LOOKS_A_MINUTE: Final = 2
"""How often the verdict job lists the archive: VERDICTS_LOOK_SECONDS is 30 on ECS, where an object comes in minutes."""

WIRE_BYTES: Final = 212
"""A message's bytes between task and broker beside payload and topic [bytes]: PUBLISH 8 and PUBACK 4 (MQTT 5, QoS 1),
a TLS 1.3 record around each 22, TCP and IP headers with time stamps 52 for each and for one bare ACK."""

CPU_S_A_MESSAGE: Final = 68e-6
"""Time of one vCPU that a message costs the simulator [s] (docs/benchmarks.md, 10,000 machines, x86-64)."""
MEMORY_MB_A_MACHINE: Final = 0.139
"""1,390 MiB for 10,000 machines (docs/benchmarks.md)."""
SHARD_SIZE: Final = 1000
"""Machines of a shard, and so of a lease."""
HEARTBEAT_S: Final = 5.0
"""A third of SIMULATOR_LEASE_SECONDS [s]."""
SHIP_S: Final = 60.0
"""SIMULATOR_SHIP_SECONDS: a shard's ledger is a segment each [s]."""
LEDGER_BYTES_S: Final = 222
"""What a shard's ledger grows by [bytes/s]: ten shards of 1,000 machines 8 MB an hour (docs/benchmarks.md); one of 500
165."""

JUDGED_SHARE: Final = 1 / 64
"""Share of vehicles' readings that the rule `fleet_vehicles` hands to the function while engines are not hot."""
FUNCTION_MB: Final = 512
"""Memory of the fleet's function [MB] (factory/provision/function.py)."""
FUNCTION_S: Final = 0.1
"""An invocation for one reading [s]. Assumed: most of it is waiting for endpoint and table."""
ENDPOINT_GB: Final = 2
"""Memory of the serverless endpoint [GB]. Assumed."""
ENDPOINT_S: Final = 0.05
"""One reading at the endpoint [s]. Assumed; 1.7 ms over HTTP on this machine (docs/benchmarks.md), on less than a core
there."""
ENDPOINT_BYTES: Final = 1500
"""Question and answer of one reading [bytes]. Assumed."""
ITEM_WRITES: Final = 2
"""Write units of a stored reading: its item, explanation included, is above 1 KB. Assumed."""
ITEM_BYTES: Final = 1300
"""Its size [bytes]. Assumed."""
FUNCTION_LOG_BYTES: Final = 1200
"""What an invocation logs, its metrics included [bytes]. Assumed."""

CRITICAL_S_A_MONTH: Final = 3.6
"""Time that a machine is above the critical temperature [s a month]; each reading then is a mail. Assumed: an hour in a
thousand machine months."""
