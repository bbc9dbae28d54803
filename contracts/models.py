"""Names of the models, as their directories and cards have them."""

from __future__ import annotations

FLEET_MODEL = "fleet"
"""Does a vehicle need maintenance?"""
PLANT_MODELS = {
    "maintenance_needed": "plant-maintenance",
    "anomalous": "plant-anomaly",
    "which_fault": "plant-fault",
    "remaining_life": "plant-life",
}
"""Those of the plant's machines, by the question that they answer."""
