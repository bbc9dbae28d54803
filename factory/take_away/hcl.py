"""Where expressions and blocks of a Terraform file end, by its brackets and quotes.

`factory.terraform_files` says what a file holds; who changes a file also has to know at which character that stands.
"""

from __future__ import annotations

_CLOSERS = {"(": ")", "[": "]", "{": "}", '"': '"'}


def closing(text: str, opening: int) -> int:
    """Place behind the bracket or quote that closes the one at `opening`.

    Example:
        >>> text = 'name = "${var.name["a"]}-x" # and'
        >>> text[7 : closing(text, 7)]
        '"${var.name["a"]}-x"'
    """
    awaited = [_CLOSERS[text[opening]]]
    at = opening + 1
    while awaited and at < len(text):
        at += _in_quotes(text, at, awaited) if awaited[-1] == '"' else _in_code(text, at, awaited)
    return at


def end_of_expression(text: str, begin: int) -> int:
    """Place behind the expression at `begin`: before the comma, bracket, comment or line's end that follows.

    Example:
        >>> text = '{ Action = ["s3:GetObject"], Resource = [for each in var.arns : "${each}/*"] }'
        >>> text[11 : end_of_expression(text, 11)], text[40 : end_of_expression(text, 40)]
        ('["s3:GetObject"]', '[for each in var.arns : "${each}/*"]')
    """
    at = begin
    while at < len(text) and text[at] not in ",\n)]}#":
        at = closing(text, at) if text[at] in _CLOSERS else at + 1
    return begin + len(text[begin:at].rstrip())


def _in_quotes(text: str, at: int, awaited: list[str]) -> int:
    """How many characters of a text in quotes to go on."""
    if text.startswith(("\\", "$${"), at):
        return 2 if text[at] == "\\" else 3
    if text.startswith("${", at):
        awaited.append("}")
        return 2
    if text[at] == '"':
        awaited.pop()
    return 1


def _in_code(text: str, at: int, awaited: list[str]) -> int:
    """How many characters outside of quotes to go on."""
    if text[at] == "#":
        return (text + "\n").index("\n", at) - at
    if text[at] in _CLOSERS:
        awaited.append(_CLOSERS[text[at]])
    elif text[at] == awaited[-1]:
        awaited.pop()
    return 1
