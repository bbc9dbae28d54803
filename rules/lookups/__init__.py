"""Look-ups: the functions of the language that ask a service while a rule is evaluated.

``AwsServices`` answers ``aws_lambda()``, ``get_dynamodb()`` and their kin with boto3; ``asks_of`` says at load time
whether a rule looks something up at all; ``LookUpPool`` has threads that may wait for an answer, as the engine's own
must not.
"""

from __future__ import annotations

from rules.lookups.asks import NO_LOOK_UPS, Asks, asks_of
from rules.lookups.cache import TimedCache
from rules.lookups.clients import look_up_clients
from rules.lookups.pool import LookUpPool
from rules.lookups.services import AwsServices

__all__ = ["NO_LOOK_UPS", "Asks", "AwsServices", "LookUpPool", "TimedCache", "asks_of", "look_up_clients"]
