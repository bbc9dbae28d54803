"""Who called what: actions of each caller with their resources, a line each, as the emulator's IAM judged them.

From it one sees which rights a program makes use of. A line is written when something is called for the first time in
this data directory; of an action the first resources are kept, as a program that stores objects would otherwise fill
the disk with their names.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

FILE = "calls.jsonl"
"""Name of the file in the data directory of the local AWS."""
KEPT_RESOURCES = 50


class CallRecord:
    """The file of calls.

    Args:
        path: where it is; what it has is gone on with.
        kept: resources of an action of a caller that are written, at most.
    """

    def __init__(self, path: Path, kept: int = KEPT_RESOURCES) -> None:
        self._kept = kept
        self._seen: dict[tuple[str, str], set[str]] = {}
        before = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        # A line that a kill has cut off is called again or is none.
        whole = [line for line in before if line.endswith("]")]
        for line in whole:
            caller, action, *_ = json.loads(line)
            self._seen.setdefault((caller, action), set()).add(line)
        self._file = path.open("w", encoding="utf-8", buffering=1)
        self._file.writelines(f"{line}\n" for line in whole)

    def add(self, caller: str, action: str, resource: str, context: dict[str, Any], decision: str) -> None:
        """Write a call, unless it was before.

        Args:
            caller: ARN of the user or session.
            action: as IAM names it, `s3:GetObject`.
            resource: its ARN.
            context: what conditions can ask for.
            decision: Allow, Deny or ImplicitDeny.
        """
        told = {name: value for name, value in context.items() if isinstance(value, str)}
        call = json.dumps([caller, action, resource, told, decision], sort_keys=True)
        seen = self._seen.setdefault((caller, action), set())
        if call not in seen and len(seen) < self._kept:
            seen.add(call)
            self._file.write(f"{call}\n")


def keep_calls(evaluator: Any, record: CallRecord) -> None:
    """Have every judgement of the emulator's IAM written down.

    Args:
        evaluator: `ministack.core.iam_evaluator`.
        record: where.
    """
    evaluate = evaluator.evaluate

    @functools.wraps(evaluate)
    def evaluate_and_tell(request: Any, *policies: Any) -> Any:
        result = evaluate(request, *policies)
        record.add(
            request.principal_arn, request.action, request.resource_arn, request.service_context, result.decision
        )
        return result

    evaluator.evaluate = evaluate_and_tell
