"""Remaining useful life of turbofan engines: NASA's C-MAPSS sets FD001 to FD004, by one fixed procedure.

`data.py` reads the files, `conditions.py` takes the operating conditions out of the sensors, `features.py` sums up a
run so far, `model.py` predicts with an interval, `scores.py` counts, and `evaluate.py` puts it beside plain baselines.
"""
