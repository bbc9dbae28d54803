"""Python source in the making."""

from __future__ import annotations

import traceback

import pytest

from rules.sql.code import MAX_BLOCKS, Body, Kind, Module, Operand


def built(body: Body, result: Operand, parameters: str = ""):
    """The function of a body."""
    body.module.function("f", parameters, [*filter(None, body.lines), f"return {result.code}"])
    return body.module.built("tried.py")["f"]


def test_a_text_never_stands_in_the_source() -> None:
    """What a rule's author writes is a value of the namespace, whatever it looks like."""
    module = Module({})
    body = Body(module)
    result = body.let(module.constant("'; import os #\n"))

    assert built(body, result)() == "'; import os #\n"
    assert "import" not in module.source


def test_equal_values_of_different_types_are_different_constants() -> None:
    """True equals 1 to Python; to the language they are of two types."""
    module = Module({})

    assert module.constant(True) != module.constant(1)
    assert module.constant("a") == module.constant("".join(["a"]))


def test_what_is_known_is_computed_once_and_forgotten_with_its_block() -> None:
    """A line inside an `if` may not have run when the lines below it do."""
    body = Body(Module({}))
    with body.block("if True:"):
        inside = body.known("x", lambda: body.let("1"))
    after = body.known("x", lambda: body.let("2"))

    assert body.known("x", lambda: body.let("3")) == after != inside


def test_a_reserved_line_stays_where_it_was_kept() -> None:
    """Its need shows later; left empty, it is no line at all."""
    body = Body(Module({"given": 5}))
    fill, unused = body.reserve(), body.reserve()
    result = body.let("t0 + 1")
    fill("t0 = given")

    assert unused is not fill
    assert built(body, result)() == 6


@pytest.mark.parametrize("depth", [1, MAX_BLOCKS, MAX_BLOCKS + 1, 3 * MAX_BLOCKS + 1])
def test_blocks_never_run_out(depth: int) -> None:
    """Python allows 20 in each other; deeper parts see the locals around them all the same."""

    def write(body: Body, levels: int) -> Operand:
        if levels == 0:
            return body.let("t0 + 1")

        def loop(body: Body) -> Operand:
            result = body.local()
            with body.block("for _ in (0,):", counts=True):
                body.line(f"{result} = {write(body, levels - 1).code}")
            return Operand(result)

        return body.nested(loop)

    body = Body(Module({}))
    result = write(body, depth)

    assert built(body, result, "t0")(41) == 42


def test_a_traceback_shows_the_generated_line() -> None:
    """Whoever hunts a fault sees what ran, and not the bare name of a file that is none."""
    body = Body(Module({}))
    function = built(body, body.let("1 / 0"))

    with pytest.raises(ZeroDivisionError) as failure:
        function()

    assert "t1 = 1 / 0" in "".join(traceback.format_exception(failure.value))


def test_kinds_tell_what_a_value_cannot_be() -> None:
    """A literal is never Undefined; what nothing is known of may be anything."""
    assert not Operand("k0", Kind.NUMBER).may_be(Kind.UNDEFINED)
    assert Operand("t1").may_be(Kind.UNDEFINED)
