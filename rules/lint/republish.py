"""Topics to which rules republish: ones that cannot be, and ones that lead back to the rule.

AWS does not stop a loop: a message goes round until somebody disables a rule, and each round is metered (AWS IoT
developer guide, "Republish").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from rules.lint.finding import Finding, Kind
from rules.lint.loops import Edge, cycles, edges
from rules.lint.registry import catalog_check, kind, rule_check
from rules.lint.subject import Deed, Subject
from rules.sql import SqlError
from rules.sql.parts import split

LOOP = kind("republish-loop", "error", "A republished message that comes back to the rule, alone or over others.")
DOLLAR = kind("republish-single-dollar", "error", "A republish topic with one $: reserved topics are written $$aws/….")
WILDCARD = kind("republish-wildcard", "error", "A republish topic with + or #, on which nobody can publish.")
JOBS = kind("republish-job-topic", "error", "A republish topic of AWS IoT Jobs, which AWS does not support.")
TOO_LONG = kind("republish-topic-too-long", "error", "A republish topic of more than 256 bytes or 7 slashes.")

MAX_BYTES: Final = 256
MAX_SLASHES: Final = 7
_JOB_TOPIC: Final = re.compile(r"\$\$aws/(things/.*/jobs(/|$)|events/job)")


@rule_check
def topics(subject: Subject) -> Iterator[Finding]:
    """What is wrong with the topic itself, whatever its templates give."""
    for deed in subject.deeds:
        topic = deed.parameters.get("topic")
        if deed.kind == "republish" and isinstance(topic, str):
            yield from _of_topic(subject, deed, topic)


def _of_topic(subject: Subject, deed: Deed, topic: str) -> Iterator[Finding]:
    plain = _plain(topic)

    def told(found: Kind, sentence: str, remedy: str) -> Finding:
        return subject.at(found, f"{deed.place}.topic", sentence, remedy)

    if topic.startswith("$") and not topic.startswith(("$$", "${")):
        yield told(DOLLAR, f"{topic!r} begins with one $, which begins a template.", f"Write '${topic}'.")
    if "+" in plain or "#" in plain:
        yield told(WILDCARD, f"{topic!r} has a wildcard, and a message has one topic.", "Write it out.")
    if _JOB_TOPIC.match(topic):
        yield told(JOBS, f"{topic!r} is a topic of AWS IoT Jobs, to which no rule can republish.", "Call the Jobs API.")
    # Basic Ingest topics may be longer by their first three levels.
    counted = plain.split("/", 3)[-1] if topic.startswith("$$aws/rules/") else plain
    if len(counted.encode("utf-8", "replace")) > MAX_BYTES or counted.count("/") > MAX_SLASHES:
        size = f"{len(counted.encode('utf-8', 'replace'))} bytes and {counted.count('/')} slashes without its templates"
        yield told(TOO_LONG, f"{topic[:40]!r} has {size}; {MAX_BYTES} and {MAX_SLASHES} are allowed.", "Shorten it.")


def _plain(topic: str) -> str:
    """The topic without what its templates add."""
    try:
        return "".join(part.text for part in split(topic.removeprefix("$$")) if not part.is_expression)
    except SqlError:
        return ""


@catalog_check
def loops(subjects: Sequence[Subject]) -> Iterator[Finding]:
    """Each loop once, at the first rule of it."""
    for cycle in cycles(edges(subjects)):
        yield _told(cycle, subjects)


def _told(cycle: Sequence[Edge], subjects: Sequence[Subject]) -> Finding:
    names = [subjects[edge.source].name or subjects[edge.source].file for edge in cycle]
    first = cycle[0]
    way = " → ".join([*names, names[0]])
    topic = first.deed.parameters["topic"]
    begins = "comes back to the rule itself" if len(cycle) == 1 else "leads back to the rule"
    sentence = f"The topic {topic!r} {begins}: {way}, without end."
    remedy = "Republish outside of every FROM on the way, or mark the message and let WHERE pass over marked ones."
    return subjects[first.source].at(LOOP, f"{first.deed.place}.topic", sentence, remedy)
