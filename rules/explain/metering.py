"""What a message costs in the units that AWS meters; no prices, which differ by region.

Source: https://aws.amazon.com/iot-core/pricing/ (messaging and rules engine) and
https://aws.amazon.com/iot-core/pricing/additional-details/ (what of a message counts). In short: publishing is metered
in steps of 5 KB of topic and payload. A rule is metered each time a message triggers it, and so is each action, both in
steps of 5 KB of the processed message, with at least one action a rule; a call of a function outside counts as an
action. Basic Ingest has no publishing to pay for (AWS IoT developer guide, "Basic Ingest").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

STEP_BYTES: Final = 5 * 1024
SECONDS_A_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Units:
    """Metered units of one message, or of many.

    Args:
        messages: published messages, in steps of 5 KB; none with Basic Ingest.
        rules_triggered: rules, in steps of 5 KB.
        actions: actions and functions that ask outside, in steps of 5 KB.
        republished: messages that the rule publishes in its turn.
    """

    messages: float
    rules_triggered: float
    actions: float
    republished: float

    def times(self, count: float) -> Units:
        """The units of so many messages."""
        return Units(
            self.messages * count, self.rules_triggered * count, self.actions * count, self.republished * count
        )


def steps(size_bytes: int) -> int:
    """How many steps of 5 KB a size is; at least one.

    Args:
        size_bytes: size [bytes].

    Example:
        >>> steps(0), steps(5120), steps(8 * 1024)
        (1, 1, 2)
    """
    return max(1, -(-size_bytes // STEP_BYTES))


def metered(
    payload_bytes: int,
    *,
    topic_bytes: int = 0,
    actions: int = 1,
    external_calls: int = 0,
    republishes: int = 0,
    basic_ingest: bool = False,
) -> Units:
    """What AWS meters for one message that a rule takes.

    Args:
        payload_bytes: size of the payload [bytes].
        topic_bytes: size of its topic [bytes], which counts where it is published.
        actions: actions of the rule.
        external_calls: functions of its SQL and templates that ask outside.
        republishes: how many of the actions republish; what they publish is a message again, here of the same size.
        basic_ingest: the message comes over $aws/rules/….

    Example:
        >>> metered(8 * 1024, actions=2)
        Units(messages=2, rules_triggered=2, actions=4, republished=0)
    """
    size = steps(payload_bytes)
    published = steps(payload_bytes + topic_bytes)
    return Units(
        messages=0 if basic_ingest else published,
        rules_triggered=size,
        actions=size * max(1, actions + external_calls),
        republished=published * republishes,
    )
