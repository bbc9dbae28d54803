"""Verdicts on the running plant: `python -m maintenance.verdicts`.

The archive's hours → `hours` (what is over) → `plant_models.PlantScorer` → `…/verdict`, one message a machine and hour,
and metrics. It reads the lake, not the broker: what is archived is judged, once, also after a restart, and a plant of
thousands of machines costs it a few objects at a time instead of each message (`docs/decisions/0017-verdicts.md`).
Read `job.py` first.
"""
