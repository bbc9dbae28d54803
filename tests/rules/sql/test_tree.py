"""Trees of statements."""

from __future__ import annotations

from rules.sql import tree
from rules.sql.parser import parse_expression


def test_children_of_every_field() -> None:
    """Nodes in tuples are children too; names and positions are not."""
    call = parse_expression("concat(a, 'b')")

    assert list(tree.children(call)) == [tree.Path(("a",)), tree.Literal("b")]


def test_long_chains_of_and_do_not_grow_tall() -> None:
    """A thousand conditions are one record."""
    chain = parse_expression(" AND ".join(["a"] * 1000))

    assert tree.height(chain) == 2
