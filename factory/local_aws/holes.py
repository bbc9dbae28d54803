"""The emulator's holes, closed in our own process without touching its files.

Found in ministack 1.5.33 and tried there; each is a name of its module that is replaced after the import:

* a client without any certificate was let in, and could publish: the TLS context now requires one;
* the MQTT listener was on all interfaces, whatever BIND_HOST said: it now binds to the host that was asked for, and a
  port that is taken is an error instead of a line in the log;
* an away session kept 1,000 messages, the rest was lost without a word: it now keeps a million;
* the key `test`, the number of the account, and no key at all were root, and root's signature was not verified: root is
  now the one key that the launcher drew, and its signature is verified as any other;
* conditions on a KMS encryption context were never met, so a right to one shard's key could not be given: they are now
  evaluated;
* the key of a function's session followed from the function's name, so that whoever knew it had its rights: now it is
  drawn;
* a batch of messages asked for a right of its own, which IAM does not know: now for that of a single message;
* IoT policies of more than 1,024 certificates were parsed again with every message: now of 65,536;
* every change of an item in DynamoDB wrote all items of all tables to disk: it is now a line in a journal
  (`journal.py`); each number in an item was examined several times over: now once, which takes a third off a batch;
* a function ran in as many processes at once as there were events, and an event that was refused for that reason was
  tried twice more and lost: now some run and the others wait, as they do on AWS;
* log lines and values of functions were kept for ever, in memory and in a file that is written anew each time: now
  those of the last invocations;
* Basic Ingest reached rules of the emulator's own only, and a local factory has none there: its engine, which stands in
  for AWS's, may now subscribe to `$aws/rules/#` where its policy says so; no wildcard in front selects these topics;
* policy variables of a thing's attributes were not filled in, so a machine could not be kept to its line: they now are;
* rules with SET were refused, and most functions matched nothing: rules are now read by our own SQL (`rule_sql.py`).

Another version may have other names or other holes, so this one alone is accepted.
"""

# ruff: noqa: SLF001 - replacing the private names of another program is what this file is for
from __future__ import annotations

import asyncio
import functools
import hashlib
import hmac
import importlib.metadata
import inspect
import json
import re
import secrets
import ssl
import threading
from collections.abc import Callable, Mapping
from typing import Any

from contracts.topics import BASIC_INGEST, BASIC_INGEST_FILTER
from factory.local_aws.errors import EmulatorMovedError
from factory.local_aws.journal import ItemJournal, keep_items

VERSION = "1.5.33"
QUEUED_MESSAGES = 1_000_000
CACHED_POLICIES = 65_536
REMEMBERED_NUMBERS = 16_384
LEAST_EXECUTIONS = 4
KEPT_INVOCATIONS = 500
"""Of each function, whose log lines and measured values are kept; an hour of a fleet of eight vehicles."""
_TURN_S = 600.0
_POLICY_VARIABLE = re.compile(r"\$\{(iot:[A-Za-z.]+(?:\[[\w.,@/:#-]+\])?)\}")
"""As in the developer guide, "Thing policy variables": also `iot:Connection.Thing.Attributes[line]`."""

_IAM_NAMES: dict[str, str] = {
    "is_root_access_key": "function",
    "_is_root_key": "function",
    "pin_signed_request": "function",
    "authenticate": "function",
    "evaluate": "function",  # what calls.py listens to
}
_ACTION_NAMES: dict[str, str] = {"request_tag_context": "function", "extract_iam_action": "function"}
_EXAMINED = ("_number_size_bytes", "_ddb_canonicalize_number", "_number_error")
_DYNAMODB_NAMES: dict[str, str] = {
    **dict.fromkeys(_EXAMINED, "function"),
    "_set_item": "function",
    "_remove_item": "function",
    "load_persisted_state": "function",
    "_tables": "value",
}
_LAMBDA_NAMES: dict[str, str] = {
    "_execute_function": "function",
    "_emit_lambda_logs": "function",
    "_emit_lambda_metrics": "function",
}
_IOT_NAMES: dict[str, str] = {
    "_mtls_build_ssl_context": "function",
    "_mtls_start_locked": "coroutine function",
    "_mtls_port": "function",
    "_MtlsAcceptor": "class",
    "_mtls_server": "value",
    "_mtls_loop": "value",
    "_parsed_iot_policy": "cached function",
    "_mqtt_policy_context": "function",
    "_POLICY_VARIABLE_RE": "value",
    "_things": "value",
    "request_scope": "function",
    "_MAX_QUEUED_MESSAGES": "value",
    "_persistent_sessions": "value",
    "_connected_clients": "value",
    "_PersistentSessionState": "class",
    "_BASIC_INGEST_PREFIX": "value",
    "_reserved_filter_subscribe_allowed": "function",
    "_subscription_matches": "function",
    "mtls_is_listening": "function",
}


def check_version() -> None:
    """Refuse another version of the emulator than the one we know.

    Raises:
        EmulatorMovedError: another is installed.
    """
    installed = importlib.metadata.version("ministack")
    if installed != VERSION:
        raise EmulatorMovedError(
            f"ministack {installed} is installed, and this launcher knows how to close the holes of {VERSION} only.",
            remedy=f"Install ministack=={VERSION}.",
        )


def close_iam(evaluator: Any, actions: Any, sts: Any, root_key_id: str) -> None:
    """Leave one root, whose signature is verified; let policies speak of encryption contexts.

    Args:
        evaluator: `ministack.core.iam_evaluator`.
        actions: `ministack.core.iam_actions`.
        sts: `ministack.services.sts`.
        root_key_id: access key id of the account's root.

    Raises:
        EmulatorMovedError: one of the names is not what it was.
    """
    check_names(evaluator, _IAM_NAMES)
    check_names(actions, _ACTION_NAMES)
    check_names(sts, {"is_root_access_key": "function"})

    def is_root_access_key(access_key_id: str) -> bool:
        return access_key_id == root_key_id

    evaluator.is_root_access_key = sts.is_root_access_key = is_root_access_key
    # The emulator asks this one only to know whose signature it need not verify.
    evaluator._is_root_key = lambda _access_key_id: False

    actions.request_tag_context = _with_encryption_context(actions.request_tag_context)
    actions.extract_iam_action = _as_iam_names_it(actions.extract_iam_action)


def close_iot(iot: Any, host: str) -> None:
    """Require certificates, listen where asked, keep what waits.

    Args:
        iot: `ministack.services.iot`.
        host: address for the MQTT listener.

    Raises:
        EmulatorMovedError: one of the names is not what it was.
    """
    check_names(iot, _IOT_NAMES)
    iot._MAX_QUEUED_MESSAGES = QUEUED_MESSAGES
    iot._mtls_build_ssl_context = _requiring_certificate(iot._mtls_build_ssl_context)
    iot._mtls_start_locked = _listening_on(iot, host)
    parse = iot._parsed_iot_policy.__wrapped__
    iot._parsed_iot_policy = functools.lru_cache(CACHED_POLICIES)(parse)
    iot._POLICY_VARIABLE_RE = _POLICY_VARIABLE
    iot._mqtt_policy_context = _with_attributes(iot, iot._mqtt_policy_context)
    # No topic begins so, and so none is kept from subscribers.
    iot._BASIC_INGEST_PREFIX = "\0"
    iot._reserved_filter_subscribe_allowed = _allowing_basic_ingest(iot._reserved_filter_subscribe_allowed)
    iot._subscription_matches = _keeping_basic_ingest(iot._subscription_matches)


def close_dynamodb(dynamodb: Any, journal: ItemJournal) -> None:
    """Keep each change of an item as a line, and do not examine the same number again and again.

    Args:
        dynamodb: `ministack.services.dynamodb`.
        journal: where to.

    Raises:
        EmulatorMovedError: one of the names is not what it was.
    """
    check_names(dynamodb, _DYNAMODB_NAMES)
    keep_items(dynamodb, journal)
    for name in _EXAMINED:
        setattr(dynamodb, name, _remembering(getattr(dynamodb, name)))


def _remembering(examine: Any) -> Any:
    """A function of a number's text that knows what it has said of it."""
    known = functools.lru_cache(REMEMBERED_NUMBERS)(examine)

    @functools.wraps(examine)
    def examine_once(text: Any) -> Any:
        # What is sent as a number may be anything.
        return known(text) if isinstance(text, str) else examine(text)

    return examine_once


def close_lambda(functions: Any, logs: Any, measured: Any, at_once: int) -> None:
    """Let events wait for a process instead of starting one each, and forget what was logged long ago.

    Args:
        functions: `ministack.services.lambda_svc`.
        logs: `ministack.services.cloudwatch_logs`.
        measured: `ministack.services.cloudwatch`.
        at_once: executions of all functions at the same time.

    Raises:
        EmulatorMovedError: one of the names is not what it was.
    """
    check_names(functions, _LAMBDA_NAMES)
    check_names(logs, {"_log_groups": "value"})
    check_names(measured, {"_metrics": "value"})
    functions._execute_function = _taking_turns(functions._execute_function, at_once)
    functions._emit_lambda_logs = _then(functions._emit_lambda_logs, lambda: forget_old_streams(logs._log_groups))
    functions._emit_lambda_metrics = _then(functions._emit_lambda_metrics, lambda: forget_old_values(measured._metrics))


def _then(do: Any, after: Callable[[], None]) -> Any:
    @functools.wraps(do)
    def do_both(*arguments: Any, **named: Any) -> None:
        do(*arguments, **named)
        after()

    return do_both


def forget_old_streams(groups: Any, kept: int = KEPT_INVOCATIONS) -> None:
    """Leave of each function's log the streams of its last invocations; each invocation makes one, in order.

    Args:
        groups: of the emulator's logs, by their names.
        kept: how many streams.
    """
    for name, group in list(groups.items()):
        streams = group["streams"] if str(name).startswith("/aws/lambda/") else {}
        for stream in list(streams)[: max(len(streams) - kept, 0)]:
            streams.pop(stream, None)


def forget_old_values(values: Any, kept: int = KEPT_INVOCATIONS) -> None:
    """Leave of what is measured of functions the last values.

    Args:
        values: lists by (namespace, name, dimensions).
        kept: how many of each.
    """
    for key, points in list(values.items()):
        if key[0] == "AWS/Lambda" and len(points) > kept:
            del points[:-kept]


def close_function_keys(runtime: Any, sts: Any) -> None:
    """Draw the key of a function's session, which could otherwise be computed from the function's name.

    Args:
        runtime: `ministack.core.lambda_runtime`.
        sts: `ministack.services.sts`.

    Raises:
        EmulatorMovedError: one of the names is not what it was.
    """
    check_names(runtime, {"execution_credentials": "function"})
    check_names(sts, {"register_session": "function", "_sessions": "value"})
    runtime.execution_credentials = _drawn(runtime.execution_credentials, sts)


def _drawn(credentials_of: Any, sts: Any) -> Any:
    secret, lock = secrets.token_bytes(32), threading.Lock()

    def draw(what: str, key_id: str) -> str:
        return hmac.new(secret, f"{what}:{key_id}".encode(), hashlib.sha256).hexdigest()

    @functools.wraps(credentials_of)
    def drawn_credentials(config: Any) -> dict[str, str]:
        with lock:
            known: dict[str, str] = credentials_of(config)
            key_id = known["AWS_ACCESS_KEY_ID"]
            session = sts._sessions.pop(key_id)
            drawn = {
                "AWS_ACCESS_KEY_ID": "ASIA" + draw("id", key_id)[:16].upper(),
                "AWS_SECRET_ACCESS_KEY": draw("secret", key_id),
                "AWS_SESSION_TOKEN": draw("token", key_id),
            }
            told = {"SecretAccessKey": drawn["AWS_SECRET_ACCESS_KEY"], "SessionToken": drawn["AWS_SESSION_TOKEN"]}
            sts.register_session(drawn["AWS_ACCESS_KEY_ID"], session | told)
        return drawn

    return drawn_credentials


def _taking_turns(execute: Any, at_once: int) -> Any:
    turns = threading.BoundedSemaphore(at_once)
    inside = threading.local()

    @functools.wraps(execute)
    def execute_in_turn(*arguments: Any, **named: Any) -> Any:
        # The emulator calls itself once more, in the same thread, for a function of another account.
        if getattr(inside, "running", False):
            return execute(*arguments, **named)
        # Not for ever: functions that wait for functions would hold all turns and never give one back.
        had_turn = turns.acquire(timeout=_TURN_S)
        inside.running = True
        try:
            return execute(*arguments, **named)
        finally:
            inside.running = False
            if had_turn:
                turns.release()

    return execute_in_turn


def check_names(module: Any, names: Mapping[str, str]) -> None:
    """Refuse a module of the emulator that has not what we replace or read.

    Args:
        module: of the emulator.
        names: kinds by name.

    Raises:
        EmulatorMovedError: one of the names is not what it was.
    """
    kinds: dict[str, Callable[[Any], bool]] = {
        "function": inspect.isfunction,
        "coroutine function": inspect.iscoroutinefunction,
        "class": inspect.isclass,
        "cached function": lambda thing: hasattr(thing, "__wrapped__"),
        "value": lambda _thing: True,
    }
    for name, kind in names.items():
        if not hasattr(module, name) or not kinds[kind](getattr(module, name)):
            raise EmulatorMovedError(
                f"{name} of {module.__name__} is no longer a {kind}, so one of the emulator's holes cannot be closed.",
                remedy=f"Install ministack=={VERSION} anew.",
            )


def _with_encryption_context(context_of: Any) -> Any:
    @functools.wraps(context_of)
    def context_with_encryption(service: str, action: str, body: bytes, *others: Any) -> dict[str, Any]:
        context: dict[str, Any] = context_of(service, action, body, *others)
        return context | (encryption_context(body) if service == "kms" else {})

    return context_with_encryption


def _as_iam_names_it(action_of: Any) -> Any:
    @functools.wraps(action_of)
    def action_without_batch(*request: Any, **named: Any) -> str | None:
        action: str | None = action_of(*request, **named)
        if action is not None and action.startswith("sqs:"):
            return action.removesuffix("Batch")
        return action

    return action_without_batch


def encryption_context(body: bytes) -> dict[str, str]:
    """The condition keys of a KMS request's encryption context.

    Example:
        >>> encryption_context(b'{"EncryptionContext": {"shard": "shard-0000"}}')
        {'kms:EncryptionContext:shard': 'shard-0000'}
    """
    try:
        pairs = json.loads(body)["EncryptionContext"].items()
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}
    return {f"kms:EncryptionContext:{name}": str(value) for name, value in pairs}


def _requiring_certificate(build: Any) -> Any:
    @functools.wraps(build)
    def build_requiring() -> ssl.SSLContext:
        context: ssl.SSLContext = build()
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    return build_requiring


def _allowing_basic_ingest(allowed: Any) -> Any:
    @functools.wraps(allowed)
    def allowed_too(topic_filter: str) -> bool:
        return topic_filter == BASIC_INGEST_FILTER or bool(allowed(topic_filter))

    return allowed_too


def _with_attributes(iot: Any, context_of: Any) -> Any:
    @functools.wraps(context_of)
    def context_with_attributes(account: str, region: str, certificate_id: str, client_id: str) -> dict[str, str]:
        context: dict[str, str] = context_of(account, region, certificate_id, client_id)
        if "iot:connection.thing.thingname" in context:
            with iot.request_scope(account, region):
                attributes = (iot._things.get(client_id) or {}).get("attributes") or {}
            context |= {f"iot:connection.thing.attributes[{name.lower()}]": text for name, text in attributes.items()}
        return context

    return context_with_attributes


def _keeping_basic_ingest(matches: Any) -> Any:
    @functools.wraps(matches)
    def matches_by_name(topic_filter: str, topic: str) -> bool:
        # A rule or a client that listens to `#` hears nothing of what is meant for one rule.
        if topic.startswith(BASIC_INGEST) and not topic_filter.startswith(BASIC_INGEST):
            return False
        return bool(matches(topic_filter, topic))

    return matches_by_name


def _listening_on(iot: Any, host: str) -> Any:
    async def start_locked() -> None:
        if iot._mtls_server is not None:
            return
        loop = asyncio.get_running_loop()
        iot._mtls_server = await loop.create_server(iot._MtlsAcceptor, host=host, port=iot._mtls_port(), backlog=4096)
        iot._mtls_loop = loop

    return start_locked
