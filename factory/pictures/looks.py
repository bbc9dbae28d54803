"""Colours and lines of all pictures.

The colours are those of Okabe and Ito, "Color Universal Design", 2008, which people with any common colour vision can
tell apart; nothing is told by colour alone.
"""

from __future__ import annotations

from contracts.telemetry import MachineState
from contracts.truth import TruthEvent

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
GREY = "#8C8C8C"

READING, CLEAN, LIMIT = BLUE, GREY, VERMILION

FAMILIES: dict[str, str] = {
    "sensor": ORANGE,
    "process": PURPLE,
    "message": GREEN,
    "network": SKY,
    "wear": VERMILION,
}
"""Colour of what goes wrong, by its family."""

STATES: dict[MachineState, str] = {
    MachineState.OFF: "#FFFFFF",
    MachineState.IDLE: "#D9D9D9",
    MachineState.RUNNING: "#A6CBE3",
    MachineState.SETUP: YELLOW,
    MachineState.STOPPED: BLACK,
    MachineState.REPAIR: VERMILION,
}
"""Colour of what a machine does."""

EVENTS: dict[TruthEvent, tuple[str, str, str]] = {
    TruthEvent.FAILED: (VERMILION, "X", "failed"),
    TruthEvent.REPAIRED: (GREEN, "P", "repaired"),
    TruthEvent.MAINTAINED: (BLUE, "d", "maintained"),
}
"""Colour, marker and word of what wear brings."""
