"""A small reader of JSON Schema (draft 2020-12): the words that our own schema uses, and no others.

It is here because a validator is no dependency of the project. A word that it does not know is an error, so that
nothing in the schema passes unread.
"""

import re
from collections.abc import Iterator
from typing import Any

TYPES = {
    "object": dict, "array": list, "string": str, "number": (int, float), "integer": int, "boolean": bool,
    "null": type(None),
}  # fmt: skip
TOLD = {"title", "description", "default", "format", "$schema", "$defs"}
"""Words for people, and what a validator may take as a note."""


def faults(value: Any, schema: dict[str, Any], root: dict[str, Any], at: str = "$") -> Iterator[str]:
    """What a value breaks of a schema, in words."""
    for word, asked in schema.items():
        if word in TOLD:
            continue
        check = CHECKS.get(word)
        assert check is not None, f"the schema's word {word!r} is not known here"
        yield from check(value, asked, schema, root, at)


def _ref(value, asked, _schema, root, at):
    assert asked.startswith("#/$defs/"), asked
    yield from faults(value, root["$defs"][asked.removeprefix("#/$defs/")], root, at)


def _type(value, asked, *rest):
    good = isinstance(value, TYPES[asked]) and (asked == "boolean" or not isinstance(value, bool))
    if not good:
        yield f"{rest[-1]}: expected {asked}, came {value!r}"


def _properties(value, asked, _schema, root, at):
    for key, inner in asked.items():
        if isinstance(value, dict) and key in value:
            yield from faults(value[key], inner, root, f"{at}.{key}")


def _additional(value, asked, schema, _root, at):
    assert asked is False
    if isinstance(value, dict):
        yield from (f"{at}: unknown key {key}" for key in value if key not in schema.get("properties", {}))


def _items(value, asked, schema, root, at):
    if isinstance(value, list):
        for number, inner in enumerate(value[len(schema.get("prefixItems", ())) :]):
            yield from faults(inner, asked, root, f"{at}[{number}]")


def _prefix(value, asked, _schema, root, at):
    if isinstance(value, list):
        for number, (inner, own) in enumerate(zip(value, asked, strict=False)):
            yield from faults(inner, own, root, f"{at}[{number}]")


def _some(at_least: int, at_most: int):
    def check(value, asked, _schema, root, at):
        fitting = sum(not list(faults(value, one, root, at)) for one in asked)
        if not at_least <= fitting <= at_most:
            yield f"{at}: fits {fitting} of {len(asked)}"

    return check


def _limit(kinds: type | tuple[type, ...], holds):
    def check(value, asked, *rest):
        if isinstance(value, kinds) and not isinstance(value, bool) and not holds(value, asked):
            yield f"{rest[-1]}: {value!r} beyond {asked}"

    return check


NUMBER = (int, float)
CHECKS = {
    "$ref": _ref,
    "type": _type,
    "properties": _properties,
    "additionalProperties": _additional,
    "items": _items,
    "prefixItems": _prefix,
    "anyOf": _some(1, 99),
    "oneOf": _some(1, 1),
    "required": _limit(dict, lambda value, asked: all(key in value for key in asked)),
    "const": _limit(object, lambda value, asked: value == asked),
    "enum": _limit(object, lambda value, asked: value in asked),
    "minimum": _limit(NUMBER, lambda value, asked: value >= asked),
    "maximum": _limit(NUMBER, lambda value, asked: value <= asked),
    "exclusiveMinimum": _limit(NUMBER, lambda value, asked: value > asked),
    "minItems": _limit(list, lambda value, asked: len(value) >= asked),
    "maxItems": _limit(list, lambda value, asked: len(value) <= asked),
    "minLength": _limit(str, lambda value, asked: len(value) >= asked),
    "maxLength": _limit(str, lambda value, asked: len(value) <= asked),
    "pattern": _limit(str, lambda value, asked: re.search(asked, value) is not None),
}
