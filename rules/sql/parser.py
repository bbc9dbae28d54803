"""Reads whole statements: SET, SELECT, FROM and WHERE, and the SELECT inside brackets."""

from __future__ import annotations

from typing import Final

from rules.sql import tree
from rules.sql.errors import SqlError
from rules.sql.expressions import PRECEDENCE, RESERVED, ExpressionParser
from rules.sql.topic_filter import problem_with
from rules.sql.tree import Names, Node

MAX_HEIGHT: Final = 100
MAX_VARIABLES: Final = 10


def parse(text: str) -> tree.Select:
    """The tree of a whole statement.

    Raises:
        SqlError: the text is not a statement.
    """
    parser = _Parser(text)
    statement = parser.statement()
    parser.finish(statement)
    return statement


def parse_expression(text: str) -> Node:
    """The tree of a lone expression, as it stands inside ``${...}``.

    Raises:
        SqlError: the text is not an expression.
    """
    parser = _Parser(text)
    expression = parser.expression()
    parser.finish(expression)
    return expression


class _Parser(ExpressionParser):
    """The grammar of statements."""

    def finish(self, root: Node) -> None:
        """Refuse words behind the end, and trees that are too tall to walk."""
        if self.token.kind != "end":
            self.refuse("an operator or the end")
        if tree.height(root) > MAX_HEIGHT:
            hint = "Join long chains of strings with concat()."
            raise SqlError(f"this nests deeper than {MAX_HEIGHT} levels", text=self.text, hint=hint)

    def statement(self) -> tree.Select:
        """``[SET ...] SELECT ... [FROM 'filter'] [WHERE ...]``."""
        variables, settings = self._settings()
        self.expect("SELECT")
        projection = self._projection()
        topic_filter = self._topic_filter() if self.accept("FROM") else None
        return tree.Select(variables, settings, projection, topic_filter, self._condition())

    def _settings(self) -> tuple[Names, tuple[Node, ...]]:
        values: dict[str, Node] = {}
        if self.at("SET"):
            self.advance()
            self._setting(values)
            while self.accept(","):
                self._setting(values)
        return tuple(values), tuple(values.values())

    def _setting(self, values: dict[str, Node]) -> None:
        token = self.token
        if token.kind != "variable":
            self.refuse("a variable, like @limit")
        if token.text in values:
            self.fail(f"{token.text} has its value already; variables never change")
        if len(values) == MAX_VARIABLES:
            self.fail(f"{token.text} is one variable too many", expected=f"at most {MAX_VARIABLES}")
        self.advance()
        self.expect("=")
        values[token.text] = self.expression()

    def _topic_filter(self) -> str:
        token = self.token
        if token.kind != "string" or not token.text.startswith("'"):
            hint = "The topic filter stands in single quotes: FROM 'sensors/+/data'."
            self.refuse("a topic filter", hint=hint)
        problem = problem_with(token.string)
        if problem:
            self.fail(problem)
        return self.advance().string

    def _condition(self) -> Node | None:
        return self.expression() if self.accept("WHERE") else None

    def _projection(self) -> tree.Projection:
        if self._at_value_keyword():
            self.advance()
            return tree.Projection((tree.Column(self.expression(), ()),), is_value=True)
        columns = [self._column(1)]
        while self.accept(","):
            columns.append(self._column(len(columns) + 1))
        return tree.Projection(tuple(columns), is_value=False)

    def _at_value_keyword(self) -> bool:
        """Whether VALUE stands here as a keyword, and not as an attribute of that name.

        The word behind it decides, but for a minus: ``value - 5 AS rest`` is a difference, as a column without a
        name would be of no use, and ``VALUE -5`` alone is a negative result.
        """
        if not self.at("VALUE"):
            return False
        after, then = self.following(1), self.following(2)
        if after.kind == "symbol" and after.text == "*":
            return then.kind == "end" or then.text in (".", ")") or then.word in ("FROM", "WHERE")
        if after.kind == "symbol":
            return after.text in "([{" or (after.text == "-" and self._is_lone_column())
        return after.kind != "end" and after.word not in RESERVED

    def _is_lone_column(self) -> bool:
        """Whether the column that starts here is the only one, and has no name."""
        depth = steps = 0
        while (token := self.following(steps)).kind != "end":
            if token.kind == "symbol":
                depth += (token.text in "([{") - (token.text in ")]}")
            if depth == 0 and (token.word == "AS" or token.text == ","):
                return False
            if depth < 0 or (depth == 0 and token.word in ("FROM", "WHERE")):
                break
            steps += 1
        return True

    def _column(self, number: int) -> tree.Column:
        value = self.expression()
        if self.accept("AS"):
            return tree.Column(value, self.names("a name for this column"))
        return tree.Column(value, () if value == tree.Star() else _unaliased(value, number))

    def sub_select(self) -> tree.SubSelect:
        """``SELECT ... FROM path [AS alias] [WHERE ...]``."""
        position = self.expect("SELECT").position
        projection = self._projection()
        self.expect("FROM")
        if self.token.kind == "string":
            self.refuse("an array or object", hint="A sub-select reads an attribute, not a topic.")
        source = self.expression(PRECEDENCE["SIGN"])
        alias = self.name("a name for each element") if self.accept("AS") else None
        return tree.SubSelect(projection, source, alias, self._condition(), position)


def _unaliased(value: Node, number: int) -> Names:
    """The key of a column without AS.

    The guide shows only plain attributes, whose last step is the key. We give functions and variables their
    own name, and anything else its place in the list, as PartiQL does: ``_1``, ``_2``.
    """
    if isinstance(value, tree.Path | tree.Member):
        return value.names[-1:]
    if isinstance(value, tree.Call):
        return (value.name,)
    if isinstance(value, tree.Variable):
        return (value.name[1:],)
    return (f"_{number}",)
