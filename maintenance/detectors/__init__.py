"""Detectors of anomalies: pure functions on arrays, streaming, each with one door to fit and one to score.

`multivariate.py` judges several signals together; what it finds it explains by signal.
"""
