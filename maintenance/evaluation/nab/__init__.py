"""The Numenta Anomaly Benchmark's two temperatures: its scorer anew, our detector of one signal, and plain ones.

`series.py` reads files and windows, `scorer.py` is what the benchmark counts, `evaluate.py` lets the detectors loose.
"""
