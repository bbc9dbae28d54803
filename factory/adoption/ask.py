"""Asks AWS whether a thing is there, by the table of types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from factory.adoption.answers import NOT_THERE, Finding, NoAnswer, judge, there, unusable
from factory.adoption.kinds import ClientOf, Kind
from factory.adoption.words import fill, fill_all, search


def ask(kind: Kind, words: Mapping[str, Any], client_of: ClientOf) -> Finding:
    """AWS's answer about the thing that these words name.

    Args:
        kind: its type.
        words: its known arguments, `account`, `region` and `partition`.
        client_of: makes clients.

    Raises:
        NotKnownError: the words do not name it.
    """
    try:
        if kind.probe is not None:
            return kind.probe(client_of, words)
        parameters = fill_all(kind.parameters, words)
        wanted = {path: fill(template, words) for path, template in kind.where.items()}
        pages = answers_of(client_of(kind.service), kind.method, parameters)
        found = [item for item in _items(pages, kind.items) if _matches(item, wanted)]
        return _finding(kind, words, found)
    except (ClientError, *NoAnswer) as error:
        return judge(error, kind.missing)


def answers_of(client: Any, method: str, parameters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The answer to a call, all pages of it.

    Args:
        client: of boto3.
        method: its method.
        parameters: of the call.
    """
    if client.can_paginate(method):
        yield from client.get_paginator(method).paginate(**parameters)
    else:
        yield getattr(client, method)(**parameters)


def _items(pages: Iterator[dict[str, Any]], path: str) -> Iterator[Any]:
    for page in pages:
        item = search(path, page) if path else page
        yield from item if isinstance(item, list) else [] if not item else [item]


def _matches(item: Any, wanted: Mapping[str, str]) -> bool:
    return all(_text(search(path, item)) == value for path, value in wanted.items())


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _finding(kind: Kind, words: Mapping[str, Any], found: list[Any]) -> Finding:
    if not found:
        return NOT_THERE
    if len(found) > 1:
        return unusable(f"{len(found)} have that name, and nothing says which is meant")
    for path, wrong in kind.unusable.items():
        if search(path, found[0]):
            return unusable(wrong)
    return there(fill(kind.import_id, {**words, "found": found[0]}))
