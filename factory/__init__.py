"""The command line, and the whole factory on one machine.

`factory up` starts the programs of all rooms, each as a process of its own with credentials of its own, watches them
and stops them in the order in which nothing is lost. This room stands on top of all others; it imports them, none of
them imports it. `factory.audit` proves what arrived, `factory.mail` is the post office of the local factory.
"""
