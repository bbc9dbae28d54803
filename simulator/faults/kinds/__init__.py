"""The kinds of fault, one a file, named like the file. `simulator.faults.registry` finds them by itself.

Copy the one that is most like the new one: `bias` (sensor), `imbalance` (process), `delayed` (message), `slow_link`
(network). Its definition is all that there is to write: the command line, the schema of the HTTP door, the table in
docs/simulator.md (`python -m simulator.faults.table docs/simulator.md`) and the exam in tests/simulator/faults/ go by
it.
"""
