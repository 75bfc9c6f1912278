"""A hazard's own options as keys of ``site.toml``, made from its row in the catalogue: a new row needs nothing here."""

import ast
import inspect
import itertools
import textwrap
from dataclasses import MISSING, Field, fields
from functools import cache
from typing import Any, get_type_hints

from pydantic import BaseModel, create_model
from pydantic import Field as Key

from consentry.app.settings_keys import TABLE
from consentry.app.settings_tables import HazardTable, SiteFile
from consentry.core.geometry import WholePicture
from consentry.hazards.catalogue import ROWS, Row

Schema = dict[str, Any]


@cache
def options_of(row: Row) -> type[BaseModel]:
    """The table of a hazard's options: a key for each field of its settings, with the field's docstring."""
    hints, told = get_type_hints(row.settings), _docstrings(row.settings)
    keys: dict[str, Any] = {
        field.name: (hints[field.name], Key(default=_default(field), description=told.get(field.name)))
        for field in fields(row.settings)
    }
    made: type[BaseModel] = create_model(f"{row.settings.__name__}Table", __config__=TABLE, **keys)
    return made


def _default(field: Field[Any]) -> Any:  # noqa: ANN401 - whatever a hazard's author chose
    if field.default is not MISSING:
        return field.default
    return ... if field.default_factory is MISSING else field.default_factory()


def _docstrings(settings: type) -> dict[str, str]:
    """The text under each field, of the class and of those that it extends."""
    told: dict[str, str] = {}
    for owner in reversed(settings.__mro__[:-1]):
        try:
            source = textwrap.dedent(inspect.getsource(owner))
        except OSError:
            continue  # without source files (a frozen build) keys have no description; they are checked all the same
        (definition,) = ast.parse(source).body
        body = definition.body if isinstance(definition, ast.ClassDef) else []
        for key, text in itertools.pairwise(body):
            if isinstance(key, ast.AnnAssign) and isinstance(key.target, ast.Name) and isinstance(text, ast.Expr):
                words = ast.literal_eval(text.value) if isinstance(text.value, ast.Constant) else None
                if isinstance(words, str):
                    told[key.target.id] = inspect.cleandoc(words)
    return told


def json_schema() -> Schema:
    """JSON Schema (draft 2020-12) of ``site.toml``, each hazard with its own options, for editors and programs."""
    schema: Schema = SiteFile.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    definitions: Schema = schema["$defs"]
    common = definitions[HazardTable.__name__]["properties"]
    for row in ROWS:
        options = options_of(row).model_json_schema(ref_template="#/$defs/{model}")
        definitions.update(options.pop("$defs", {}))
        for key in options["properties"].values():
            if key.get("type") == "number":
                key["minimum"] = 0  # as ``HazardSettings`` asks of every number
        definitions[_title(row)] = {
            "title": row.name,
            "description": f"{row.id}: {row.summary}.",
            "type": "object",
            "properties": {
                "kind": {"const": row.name},
                "place": common["place"],
                "schedule": common["schedule"],
                **options["properties"],
            },
            "required": ["kind", *([] if row.place is WholePicture else ["place"]), *options.get("required", [])],
            "additionalProperties": False,
        }
    definitions[HazardTable.__name__] = {
        "title": "Hazard",
        "description": "A danger to watch for, at one place.",
        "oneOf": [{"$ref": f"#/$defs/{_title(row)}"} for row in ROWS],
    }
    return schema


def _title(row: Row) -> str:
    return f"Hazard_{row.name}"
