"""What is wrong with a settings file, in words: where, what was expected, what came, what to do."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from consentry.app.settings_lines import Path
from consentry.core.addresses import without_credentials

_LONGEST = 60
"""Letters of a wrong value that are shown."""
ON_PICTURE = {"corners", "start", "end", "picture", "head"}
"""Keys that hold points of the picture."""
OFF_PICTURE = "positions are fractions of the picture: divide pixels by its width or height"
_EXPECTED = {
    "float_type": "a number",
    "int_type": "a whole number",
    "string_type": "a text in quotes",
    "bool_type": "true or false",
    "tuple_type": "a list in [ ]",
    "model_type": "a table",
    "finite_number": "a finite number",
    "datetime_type": "a time such as 2026-11-23T10:00:00+01:00",
    "datetime_parsing": "a time such as 2026-11-23T10:00:00+01:00",
    "datetime_from_date_parsing": "a time such as 2026-11-23T10:00:00+01:00",
    "string_too_short": "a text that is not empty",
}
_LIMITS = {
    "greater_than": ("gt", "more than {}"),
    "greater_than_equal": ("ge", "{} or more"),
    "less_than": ("lt", "less than {}"),
    "less_than_equal": ("le", "{} or less"),
}
_LENGTHS = {"too_short": ("min_length", "at least {} entries"), "too_long": ("max_length", "at most {} entries")}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, its place still a path of keys."""

    path: Path
    why: str
    remedy: str


def shown(value: object) -> str:
    """A value as it may be quoted in a message: short, without credentials."""
    text = without_credentials(repr(value))
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "..."


def nearest(word: str, known: Iterable[str]) -> str:
    """What somebody who wrote ``word`` may have meant, else everything that there is.

    >>> nearest("loitring", ["intrusion", "loitering"])
    "did you mean 'loitering'?"
    """
    names = list(known)
    close = get_close_matches(word, names, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"there is {', '.join(names)}" if names else "there is none yet"


def faults_of(
    error: ValidationError, model: type[BaseModel], base: Path = (), beside: Iterable[str] = ()
) -> list[Fault]:
    """What pydantic found, in words.

    Args:
        error: what was raised.
        model: the table that was read.
        base: path of that table.
        beside: keys known there besides the table's own.
    """
    found = error.errors(include_url=False)
    places = {details["loc"] for details in found}
    return [_fault(details, model, base, beside) for details in found if not _follows(details, places)]


def _follows(details: ErrorDetails, places: set[Path]) -> bool:
    """A list that is too short only because its wrong elements were left out."""
    here = details["loc"]
    return details["type"] == "too_short" and any(p[: len(here)] == here and p != here for p in places)


def _fault(details: ErrorDetails, model: type[BaseModel], base: Path, beside: Iterable[str]) -> Fault:
    path, came = details["loc"], details["input"]
    key = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
    table = _table_at(model, path[:-1])
    fields = table.model_fields
    if details["type"] == "extra_forbidden":
        return Fault(base + path, f"unknown key {key!r}", nearest(key, [*fields, *(beside if len(path) == 1 else ())]))
    told = _told(model, path)
    if details["type"] == "missing":
        return Fault(base + path, f"expected the key {key!r}, it is not there", f"add it. {told}".strip())
    remedy = told
    if details["type"] == "less_than_equal" and ON_PICTURE & set(path):
        remedy = OFF_PICTURE
    if details["type"] == "tuple_type" and isinstance(came, dict):
        remedy = f"write [[{'.'.join(part for part in path if isinstance(part, str))}]], in double brackets"
    if isinstance(came, str):
        close = get_close_matches(came, _choices(details), n=1)
        remedy = f"did you mean {close[0]!r}?" if close else remedy
    return Fault(base + path, _why(details, came), remedy or "correct it")


def _why(details: ErrorDetails, came: Any) -> str:  # noqa: ANN401 - whatever stood in the file
    kind, context = details["type"], details.get("ctx", {})
    if kind in _LIMITS:
        key, words = _LIMITS[kind]
        return f"expected {words.format(f'{context[key]:g}')}, came {shown(came)}"
    if kind in _LENGTHS:
        key, words = _LENGTHS[kind]
        return f"expected {words.format(context[key])}, came {len(came)}"
    if kind in {"literal_error", "enum"}:
        return f"expected {context['expected']}, came {shown(came)}"
    if kind == "value_error":
        words = str(context["error"])
        return words if ", came " in words else f"{words}, came {shown(came)}"
    return f"expected {_EXPECTED.get(kind, details['msg'])}, came {shown(came)}"


def _choices(details: ErrorDetails) -> list[str]:
    """The names that were possible, where the message lists them."""
    words = str(details.get("ctx", {}).get("expected") or details.get("ctx", {}).get("error") or "")
    if details["type"] != "literal_error" and not words.startswith("expected one of "):
        return []
    return words.replace("expected one of", "").replace(" or ", ", ").replace("'", "").replace(" ", "").split(",")


def _tables_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - any type annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _tables_in(inner)


def _table_at(model: type[BaseModel], path: Path) -> type[BaseModel]:
    for part in path:
        field = model.model_fields.get(str(part))
        model = next(_tables_in(field.annotation), model) if field else model
    return model


def _told(model: type[BaseModel], path: Path) -> str:
    """The docstring of the innermost key on the path, in one line."""
    told = ""
    for part in path:
        field = model.model_fields.get(str(part))
        if field is not None:
            told, model = field.description or "", next(_tables_in(field.annotation), model)
    return " ".join(told.split())
