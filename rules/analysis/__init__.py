"""What the text of a statement tells before any message comes: what it reads and calls, its types, its constants.

`walk` asks a tree, `types` tells what an expression can be, `fold` what it always is, `written` is SQL again.
`rules.lint` and `rules.explain` are built on it; nothing here evaluates a rule for a message.
"""
