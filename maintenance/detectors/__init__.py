"""Detectors of anomalies: pure, streaming, in bounded memory.

`multivariate.py` judges several signals together, and what it finds it explains by signal; `level.py` judges one signal
by its own past.
"""
