"""From the body of a request to the body of its answer: pure, for whatever serves it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import tzinfo

from maintenance.server.formats import answer, answer_type, rows_of
from maintenance.server.rows import row_reader
from maintenance.server.scoring import Scorer, Verdict

REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with.

    Attributes:
        body: its bytes.
        media_type: what they are.
        counts: rows by what came out: a label, or refused.
    """

    body: bytes
    media_type: str
    counts: dict[str, int]


class Judge:
    """Answers requests with a model.

    Args:
        scorer: the model.
        zone: of the clocks in the fleet's sentences.
    """

    def __init__(self, scorer: Scorer, zone: tzinfo) -> None:
        self.scorer, self._zone = scorer, zone
        self._reader = row_reader(scorer.card)

    def __call__(self, body: bytes, content_type: str, accept: str) -> Answer:
        """Answer a request: a verdict or an error a row, in the order of the rows.

        Args:
            body: of the request.
            content_type: its header; parameters such as a charset are ignored.
            accept: its header.

        Raises:
            RequestError: it cannot be answered at all.
        """
        media_type = content_type.partition(";")[0].strip().lower()
        answered_as = answer_type(accept, media_type)
        rows = rows_of(body, media_type, self.scorer.card, self._zone)
        features, errors = self._reader.read(rows)
        good = iter(self.scorer.verdicts(features))
        told: list[Verdict] = [
            {"error": errors[place]} if place in errors else next(good) for place in range(len(rows))
        ]
        counts = Counter(verdict.get("prediction", REFUSED) for verdict in told)
        return Answer(answer(told, answered_as), answered_as, dict(counts))
