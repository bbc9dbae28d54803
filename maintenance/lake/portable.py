"""What DuckDB and Athena (Trino) both understand, and understand alike.

A statement that keeps to this gives the same on the embedded engine and on AWS. Functions are allowed one by one, each
after reading its page; what is missing may well exist in both and do different things: `date_diff('hour', …)` counts
full hours in Trino and strokes of the clock in DuckDB, `least` is null for a null in Trino only and `concat` is not,
`split_part` gives a null or an empty text for a part that is not there, `day_of_week` begins with another day.
"""

from __future__ import annotations

from collections.abc import Iterator

from maintenance.lake.sql_text import Token, spot, tokens

_PAGES = "https://trino.io/docs/current/functions"
FUNCTIONS: dict[str, str] = {
    name: f"{_PAGES}/{page}.html"
    for page, names in {
        "aggregate": "arbitrary avg bool_and bool_or corr count count_if covar_pop covar_samp max max_by min min_by "
        "regr_intercept regr_slope stddev stddev_pop stddev_samp sum var_pop var_samp variance",
        "window": "cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number",
        "datetime": "date_diff date_trunc day extract hour minute month year",
        "math": "abs ceil ceiling cos degrees exp floor ln log10 mod pi power radians round sign sin sqrt tan",
        "conditional": "coalesce nullif",
        "conversion": "cast try_cast",
        "string": "length lower lpad replace rpad starts_with strpos substr substring trim upper",
    }.items()
    for name in names.split()
}
"""Functions that both have with the same meaning, and their pages in Trino's documentation."""

_BEFORE_A_BRACKET = frozenset(
    {"all", "and", "any", "as", "between", "by", "case", "distinct", "else", "except", "exists", "filter", "from"}
    | {"group", "having", "in", "intersect", "is", "join", "like", "not", "on", "or", "order", "over", "partition"}
    | {"select", "set", "sets", "some", "then", "union", "using", "values", "when", "where", "with", "within"}
)
_NOT_IN_TRINO = {
    "asof": "ASOF JOIN is DuckDB's.",
    "describe": "DESCRIBE is no SELECT.",
    "exclude": "SELECT * EXCLUDE is DuckDB's: name the columns.",
    "ilike": "ILIKE is DuckDB's: lower(x) LIKE … does it.",
    "pivot": "PIVOT is DuckDB's.",
    "positional": "POSITIONAL JOIN is DuckDB's.",
    "qualify": "QUALIFY is DuckDB's: filter in an outer SELECT.",
    "sample": "USING SAMPLE is DuckDB's.",
    "semi": "SEMI JOIN is DuckDB's: use EXISTS.",
    "summarize": "SUMMARIZE is DuckDB's.",
    "unpivot": "UNPIVOT is DuckDB's.",
}
_FIELDS = frozenset({"day", "hour", "minute", "month", "quarter", "second", "week", "year"})
"""Fields of a moment that are the same number in both; `dow` is not."""
_SIGNS = {
    "**": "x ** y is DuckDB's: power(x, y) does it.",
    "^": "x ^ y is DuckDB's: power(x, y) does it.",
    "//": "x // y is DuckDB's: floor(1E0 * x / y) does it.",
    "==": "x == y is DuckDB's: write one =.",
    "~": "Regular expressions are written differently.",
    "::": "x::type is DuckDB's: write CAST(x AS type).",
    "[": "Lists are written differently.",
    "{": "Structures are DuckDB's.",
    "->": "Lambdas are written differently.",
    "=>": "Named arguments are not common to both.",
    ";": "Athena takes one statement, without a semicolon.",
}


def unportable(sql: str) -> list[str]:
    """What in a statement one of the engines would refuse or understand otherwise, as sentences.

    Example:
        >>> unportable("SELECT max(temp) FROM machine_telemetry WHERE temp > 80.5")
        ['line 1, column 54: 80.5 is a decimal on Athena, which rounds when it divides: write 80.5E0.']
        >>> unportable("SELECT temp::int FROM machine_telemetry")
        ["line 1, column 12: x::type is DuckDB's: write CAST(x AS type)."]
    """
    words = [token for token in tokens(sql) if token.kind not in ("space", "comment")]
    return [f"{spot(sql, at)}: {sentence}" for at, sentence in _findings(words)]


def _findings(words: list[Token]) -> Iterator[tuple[int, str]]:
    nothing = Token("sign", "", 0)
    for before, token, after, second in zip(
        [nothing, *words], words, [*words[1:], nothing], [*words[2:], nothing, nothing], strict=False
    ):
        sentence = _problem(before, token, after, second)
        if sentence is not None:
            yield token.position, sentence


def _problem(before: Token, token: Token, after: Token, second: Token) -> str | None:
    if token.kind == "sign":
        return _SIGNS.get(token.text)
    if token.kind == "number" and "." in token.text and "e" not in token.text.lower():
        return f"{token.text} is a decimal on Athena, which rounds when it divides: write {token.text}E0."
    if token.kind != "word" or before.text == ".":
        return None
    word = token.text.lower()
    if word in _NOT_IN_TRINO:
        return _NOT_IN_TRINO[word]
    if word == "all" and before.text.lower() == "by":
        return "GROUP BY ALL and ORDER BY ALL are DuckDB's: name the columns."
    if word == "distinct" and after.text.lower() == "on":
        return "DISTINCT ON is DuckDB's: row_number() OVER (…) does it."
    if word == "limit" and second.text.lower() == "offset":
        return "Trino wants OFFSET before LIMIT."
    if word == "interval" and after.kind != "text":
        return "Trino wants quotes: INTERVAL '1' DAY."
    if after.text == "(":
        return _call(word, before, second)
    return None


def _call(word: str, before: Token, argument: Token) -> str | None:
    # `WITH name (columns)` and `AS name (columns)` call nothing.
    if word in _BEFORE_A_BRACKET or before.text.lower() in ("as", "with", "recursive"):
        return None
    if word not in FUNCTIONS:
        return f"{word} is not among the functions that both engines have with the same meaning."
    if word == "date_diff" and argument.text.lower() != "'millisecond'":
        return "date_diff counts alike only by 'millisecond'."
    if word == "extract" and argument.text.lower() not in _FIELDS:
        return f"extract gives the same only of {', '.join(sorted(_FIELDS))}."
    return None
