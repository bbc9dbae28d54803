"""The kinds of fault as a table in Markdown, for docs/simulator.md.

`python -m simulator.faults.table docs/simulator.md` writes it between the two marks in that file.
"""

from __future__ import annotations

import sys
from pathlib import Path

from simulator.errors import SimulatorUsageError
from simulator.faults.registry import FAULTS, AnyFault

BEGIN, END = "<!-- table of faults: begin -->", "<!-- table of faults: end -->"


def fault_table() -> str:
    """One row a kind: family, parameters with their defaults, whom it hits, what happens, how it gets well."""
    head = "| Kind | Family | Parameters | On | What happens | Gets well |\n|---|---|---|---|---|---|"
    return "\n".join([head, *(_row(definition) for definition in FAULTS.values())])


def with_table(page: str, where: str) -> str:
    r"""A page with the table as it should be.

    Raises:
        UsageError: the page has no place for it.

    Example:
        >>> with_table(f"# Faults\n{BEGIN}\nold\n{END}\n", "x.md").splitlines()[3][:24]
        '| Kind | Family | Parame'
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SimulatorUsageError(
            f"{where} has no place for the table.", remedy=f"Put {BEGIN} and {END} where it goes."
        )
    return f"{before}{BEGIN}\n\n{fault_table()}\n\n{END}{after}"


def parameter_texts(definition: AnyFault) -> list[str]:
    """Each parameter with its default: `probability (0.02)`."""
    fields = definition.parameters.model_fields.items()
    return [name if field.is_required() else f"{name} ({field.default:g})" for name, field in fields]


def whom(definition: AnyFault) -> str:
    """What can have it: signals or models."""
    if definition.family == "sensor":
        return "any signal"
    if definition.models:
        return ", ".join(definition.models)
    return "a line or all" if definition.shared else "any machine"


def _row(definition: AnyFault) -> str:
    parameters = ", ".join(f"`{text.split()[0]}`{text[len(text.split()[0]) :]}" for text in parameter_texts(definition))
    cells = (f"`{definition.kind}`", definition.family, parameters or "none", whom(definition))
    return "| " + " | ".join([*cells, definition.documentation, definition.recovery]) + " |"


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(with_table(path.read_text("utf-8"), str(path)), "utf-8")
