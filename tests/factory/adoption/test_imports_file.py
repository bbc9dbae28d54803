"""Tests of the file of import blocks."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from factory.adoption.imports_file import hcl_string, imports_text


@given(st.text(max_size=60))
def test_a_text_in_hcl_evaluates_to_itself(text: str) -> None:
    """JSON's escapes are HCL's; `$${` and `%%{` stand for `${` and `%{` (HCL syntax specification, Templates)."""
    written = hcl_string(text)
    assert json.loads(written.replace("$${", "${").replace("%%{", "%{")) == text
    assert "${" not in written.replace("$${", "")
    assert "%{" not in written.replace("%%{", "")


def test_blocks_are_sorted_so_that_a_second_run_writes_the_same() -> None:
    """Whatever order the answers came in."""
    one, other = {"aws_b.b": "2", "aws_a.a": "1"}, {"aws_a.a": "1", "aws_b.b": "2"}
    assert imports_text(one) == imports_text(other)
    assert imports_text(one).index("aws_a.a") < imports_text(one).index("aws_b.b")
