"""A water pump with valves and leaks: the Skoltech Anomaly Benchmark, by its protocol for outliers.

`data.py` reads its layout; `evaluate.py` lets the detector of several signals loose on each file.
"""
