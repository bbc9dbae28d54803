"""A plant that ages: thousands of machines, each with an identity, loads, wear and sensors that may lie.

A step goes clock → orders and load → speed, power, heat and wear (`physics`) → sensors → faults → messages. All of
that is a pure core on arrays (`Plant`, `encode`, `Replay`); what is sent and what is kept is the shell around it.
What really happened goes to `ground_truth.jsonl` and never on the wire.
"""

from simulator.drafts import TruthDraft
from simulator.encode import encode
from simulator.errors import FaultError, ReplayError, ScenarioError, SimulatorError, TargetError
from simulator.faults import FAULTS, ActiveFault, FaultRequest, parse_rate
from simulator.models import MODELS, MachineModel
from simulator.plant import STATES, Plant, Readings
from simulator.replay import Replay, ReplayReport, ReplayRow, encode_replay
from simulator.scenario import Scenario, load_scenario, parse_scenario, scenario_names, scenario_text
from simulator.truth import TruthWriter, truth_record

__all__ = [
    "FAULTS",
    "MODELS",
    "STATES",
    "ActiveFault",
    "FaultError",
    "FaultRequest",
    "MachineModel",
    "Plant",
    "Readings",
    "Replay",
    "ReplayError",
    "ReplayReport",
    "ReplayRow",
    "Scenario",
    "ScenarioError",
    "SimulatorError",
    "TargetError",
    "TruthDraft",
    "TruthWriter",
    "encode",
    "encode_replay",
    "load_scenario",
    "parse_rate",
    "parse_scenario",
    "scenario_names",
    "scenario_text",
    "truth_record",
]
