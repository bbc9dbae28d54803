"""The look-ups that a caller provides."""

from __future__ import annotations

import pytest

from rules import sql


class _Shadows:
    def thing_shadow(self, thing: str, shadow_name: str | None, role: str) -> dict[str, object]:
        return {"thing": thing, "name": shadow_name, "role": role, "level": 0.5}


STATEMENT = sql.compile("SELECT VALUE get_thing_shadow('press', 'role') FROM 't'")
MESSAGE = sql.Message(topic="t", payload=b"{}")


def test_an_object_with_the_one_method_is_enough() -> None:
    """Only what a statement calls must be there; its floats become exact."""
    result = STATEMENT.evaluate(MESSAGE, _Shadows())  # type: ignore[arg-type]  # on purpose

    assert sql.dumps(result) == b'{"thing":"press","name":null,"role":"role","level":0.5}'


@pytest.mark.parametrize("services", [None, object()])
def test_a_look_up_without_services_fails_the_rule(services: object) -> None:
    """The failure names the function."""
    with pytest.raises(sql.EvaluationError, match=r"get_thing_shadow\(\)"):
        STATEMENT.evaluate(MESSAGE, services)  # type: ignore[arg-type]  # on purpose
