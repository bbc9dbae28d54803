"""Failures of a milling machine: the AI4I 2020 set, cross-validated without what gives the label away.

`data.py` reads the file and makes features; `evaluate.py` follows the protocol.
"""
