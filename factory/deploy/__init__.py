"""From an empty account to a running factory, and back: `factory deploy`, `factory undeploy`.

`walk.py` is the order and the resuming, free of AWS; each other file is one step of it, which first looks at what is
there. Terraform, `scripts/` and the other commands do the work: nothing is done here in a second way.
"""
