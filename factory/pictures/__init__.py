"""Pictures of scenarios: what the machines tell, what really happened, and what they would have told without it.

`record` plays a scenario on a virtual clock, beside a twin of the plant without its faults; `draw` makes a figure of
that, and `save` a file that is the same for the same seed, byte by byte.
"""

from factory.pictures.figure import draw, save
from factory.pictures.recording import Course, Recording, Span, record
from factory.pictures.selection import machines_of

__all__ = ["Course", "Recording", "Span", "draw", "machines_of", "record", "save"]
