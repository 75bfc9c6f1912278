"""What the tables of ``site.toml`` are made of, whatever they are about."""

import re
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

TABLE = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False, strict=True)
"""Every table: nothing is guessed from a wrong type, nothing unknown is passed over, each key says what it means."""

_NAME = re.compile(r"[^\s/\\:;=\x00-\x1f\x7f.](?:[^/\\:;=\x00-\x1f\x7f]*[^\s/\\:;=\x00-\x1f\x7f])?")
"""Names become parts of episodes, file names and ``--hazard KIND:PLACE:VALUE``, so they hold none of its dividers."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def _name(text: str) -> str:
    if not (_NAME.fullmatch(text) and len(text) <= 64):
        raise ValueError("expected 1 to 64 letters without / \\ : ; = and without blanks or dots at its beginning")
    return text


def _words(text: str) -> str:
    if not text.strip() or _CONTROL.search(text) or len(text) > 500:
        raise ValueError("expected words, at most 500 letters on one line")
    return text


Name = Annotated[
    str, AfterValidator(_name), Field(json_schema_extra={"pattern": f"^(?:{_NAME.pattern})$", "maxLength": 64})
]
Words = Annotated[str, AfterValidator(_words), Field(json_schema_extra={"pattern": r"\S", "maxLength": 500})]
Days = Annotated[float, Field(ge=0, le=36_500)]
"""A hundred years: longer is a slip of the keyboard, and times beyond the calendar cannot be told."""
