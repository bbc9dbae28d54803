"""Takes one protection after the other out of a copy of `terraform/`, and tells which ones no test misses.

`mutations.py` finds in a file's text what can be taken away; `trial.py` runs the tests of a folder without it.
"""
