"""Prometheus: what it scrapes, what it records, and when it raises an alarm."""
