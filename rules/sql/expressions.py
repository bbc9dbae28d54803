"""Reads expressions, by top-down operator precedence.

Vaughan Pratt, "Top Down Operator Precedence", 1973: each word knows how tightly it binds, and one short loop
replaces a grammar rule per level. ``PRECEDENCE`` is the whole grammar of operators. A parser generator was
left out, since its errors name its own rules and not what the writer of a statement can do.

Nesting is counted, so that no text can exhaust Python's stack: a text either parses or raises SqlError.
"""

from __future__ import annotations

import decimal
from abc import abstractmethod
from collections.abc import Callable
from decimal import Decimal
from typing import Final, TypeVar

from rules.sql import tree
from rules.sql.checks import refuse_look_up_as_default
from rules.sql.cursor import Cursor
from rules.sql.tree import Names, Node
from rules.sql.values import CONTEXT, DIGITS, NUMBERS

T = TypeVar("T")
Reader = Callable[[], Node]

PRECEDENCE: Final[dict[str, int]] = {
    "OR": 1,
    "AND": 2,
    "NOT": 3,
    **dict.fromkeys(("=", "<>", "<", "<=", ">", ">=", "IN"), 4),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("*", "/", "%"), 6),
    "SIGN": 7,
    ".": 8,
}
"""How tightly each operator binds its operands; SIGN is the minus before a number."""

RESERVED: Final = frozenset(("SELECT", "FROM", "WHERE", "AS", "AND", "OR", "IN", "WHEN", "THEN", "ELSE", "END"))
"""Words that cannot be attributes; after a dot or AS even these can."""

MAX_DEPTH: Final = 50


class ExpressionParser(Cursor):
    """The grammar of expressions; every method reads one construct and leaves the cursor behind it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0
        self._by_kind: Final[dict[str, Reader]] = {
            "number": self._number,
            "string": self._string,
            "variable": self._variable,
            "name": self._name,
        }
        self._by_word: Final[dict[str, Reader]] = {
            "*": self._star,
            "-": self._minus,
            "(": self._group,
            "[": self._array,
            "{": self._object,
            "NOT": self._not,
            "CASE": self._case,
            "CAST": self._cast,
            "EXISTS": self._exists,
            **dict.fromkeys(("TRUE", "FALSE", "NULL"), self._constant),
        }

    @abstractmethod
    def sub_select(self) -> tree.SubSelect:
        """``SELECT ... FROM path``; the one place where expressions hold statements again."""

    def expression(self, binding: int = 0) -> Node:
        """An expression whose operators all bind tighter than ``binding``."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self.fail(f"this nests deeper than {MAX_DEPTH} levels")
        left = self._operand()
        while True:
            operator = self.token.word or self.token.text
            power = PRECEDENCE.get(operator, 0)
            # NOT and the sign stand before one operand; between two they end the expression.
            if power <= binding or operator in ("NOT", "SIGN"):
                break
            left = self._operation(operator, power, left)
        self._depth -= 1
        return left

    def _operation(self, operator: str, power: int, left: Node) -> Node:
        self.advance()
        if operator == ".":
            names = self.names("the name of an attribute")
            return tree.Path(left.names + names) if isinstance(left, tree.Path) else tree.Member(left, names)
        if operator in ("AND", "OR"):
            return self._chain(operator, power, left)
        if operator == "IN":
            self._refuse_round_list()
        return tree.Binary(operator, left, self.expression(power))

    def _chain(self, operator: str, power: int, first: Node) -> Node:
        operands = [first, self.expression(power)]
        while self.accept(operator):
            operands.append(self.expression(power))
        return tree.Logical("AND" if operator == "AND" else "OR", tuple(operands))

    def _refuse_round_list(self) -> None:
        is_list = self.at("(") and self.following(2).text == ","
        if is_list and self.following().kind in ("string", "number"):
            self.fail("a list cannot stand in round brackets", hint="Lists are written [1, 2, 3].")

    def names(self, role: str) -> Names:
        """Step over a dotted path of names."""
        names = [self.name(role)]
        while self.accept("."):
            names.append(self.name("the name of an attribute"))
        return tuple(names)

    def _operand(self) -> Node:
        token = self.token
        read = self._by_word.get(token.word or token.text) or self._by_kind.get(token.kind)
        if read is None:
            self.refuse("a value")
        return read()

    def _number(self) -> Node:
        token = self.advance()
        try:
            value = _number(token.text)
        except (decimal.DecimalException, ValueError):
            self.fail(f"{token.text} is beyond 9.99E999", at=token)
        if value is None:
            self.fail(f"this number has more than {DIGITS} digits", at=token)
        return tree.Literal(value)

    def _string(self) -> Node:
        return tree.Literal(self.advance().string)

    def _variable(self) -> Node:
        token = self.advance()
        return tree.Variable(token.text, token.position)

    def _star(self) -> Node:
        self.advance()
        return tree.Star()

    def _minus(self) -> Node:
        self.advance()
        operand = self.expression(PRECEDENCE["SIGN"])
        if isinstance(operand, tree.Literal) and type(operand.value) in NUMBERS:
            return tree.Literal(-operand.value if type(operand.value) is int else operand.value.copy_negate())
        return tree.Unary("-", operand)

    def _not(self) -> Node:
        self.advance()
        return tree.Unary("NOT", self.expression(PRECEDENCE["NOT"]))

    def _group(self) -> Node:
        self.advance()
        inner = self.sub_select() if self.at("SELECT") else self.expression()
        self.expect(")")
        return inner

    def _array(self) -> Node:
        self.advance()
        items = self._listed("]", self.expression)
        return tree.ArrayOf(tuple(items))

    def _object(self) -> Node:
        self.advance()
        pairs = self._listed("}", self._pair)
        return tree.ObjectOf(tuple(key for key, _ in pairs), tuple(value for _, value in pairs))

    def _pair(self) -> tuple[str, Node]:
        if self.token.kind != "string":
            self.refuse("a key in quotes")
        key = self.advance().string
        self.expect(":")
        return key, self.expression()

    def _listed(self, closing: str, read: Callable[[], T]) -> list[T]:
        items: list[T] = []
        if not self.at(closing):
            items.append(read())
            while self.accept(","):
                items.append(read())
        self.expect(closing)
        return items

    def _name(self) -> Node:
        token = self.token
        if token.word in RESERVED:
            self.refuse("a value")
        # A name is a function only with its bracket: timestamp may be an attribute too.
        if self.following().text == "(" and self.following().kind == "symbol":
            return self._call()
        return tree.Path((self.advance().text,))

    def _call(self) -> Node:
        token = self.advance()
        self.expect("(")
        arguments = self._listed(")", self._argument)
        call = tree.Call(token.text, tuple(arguments), token.position)
        refuse_look_up_as_default(call, self.text)
        return call

    def _argument(self) -> Node:
        return self.sub_select() if self.at("SELECT") else self.expression()

    def _constant(self) -> Node:
        word = self.advance().word
        return tree.Literal({"TRUE": True, "FALSE": False, "NULL": None}[word])

    def _cast(self) -> Node:
        if self.following().text != "(":
            return self._name()
        token = self.advance()
        self.expect("(")
        operand = self._argument()
        self.expect("AS")
        type_name = self.name("a type")
        self.expect(")")
        return tree.Cast(operand, type_name, token.position)

    def _exists(self) -> Node:
        if self.following().text != "(":
            return self._name()
        self.advance()
        self.expect("(")
        query = self.sub_select()
        self.expect(")")
        return tree.Exists(query)

    def _case(self) -> Node:
        self.advance()
        subject = self.expression()
        tests: list[Node] = []
        results: list[Node] = []
        while self.at("WHEN") or not tests:
            self.expect("WHEN")
            tests.append(self.expression())
            self.expect("THEN")
            results.append(self.expression())
        otherwise = self.expression() if self.accept("ELSE") else None
        self.expect("END")
        return tree.Case(subject, tuple(tests), tuple(results), otherwise)


def _number(text: str) -> int | Decimal | None:
    """The number that digits stand for, or None where it has too many of them."""
    # Zeros at either end cost no digit of the 34.
    mantissa = text.upper().split("E")[0].replace(".", "").strip("0")
    if len(mantissa) > DIGITS:
        return None
    if text.isdigit() and len(text) <= DIGITS:
        return int(text)
    return CONTEXT.create_decimal(text)
