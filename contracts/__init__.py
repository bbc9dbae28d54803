"""The words that all rooms share.

Nothing here opens a socket or reads the environment: a room that wants to speak to another takes its words
from here, and the rooms never import one another. Import from the modules: ``telemetry`` (what a machine says),
``topics`` (where it says
it), ``metrics`` (how it is counted), ``faults`` and ``truth`` (what really happened), ``identity`` (who may speak),
``ledger`` (what was
said), ``resources`` (what things are called on AWS), ``nameplates`` (what a maker promises of a machine).
"""
