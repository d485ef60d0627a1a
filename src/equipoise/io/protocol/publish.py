"""The language made public: a JSON Schema for editors, and the tables of docs/protocol.md.

Both are printed from the grammar, so neither can say anything else.
"""

import json
from collections.abc import Iterator
from typing import Any, TypeAlias

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from equipoise.io.protocol.schema import ProtocolFile

_Json: TypeAlias = dict[str, Any]
_SIMPLE = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "`true`, `false`",
}
_MOMENT = "month"  # in the pattern of a moment
BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"


class _Published(GenerateJsonSchema):
    """A key is left out or has a value: `null` is not one."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        if schema.get("default", ...) is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)


def json_schema(
    model: type[BaseModel] = ProtocolFile, title: str = "Equipoise protocol"
) -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of a protocol file, or of another grammar."""
    body = TypeAdapter(model).json_schema(schema_generator=_Published)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {**head, **body, "title": title}


def json_schema_text(
    model: type[BaseModel] = ProtocolFile, title: str = "Equipoise protocol"
) -> str:
    """Give the JSON Schema as it stands in schema/protocol.schema.json."""
    return json.dumps(json_schema(model, title), indent=2, ensure_ascii=False) + "\n"


def reference_tables(model: type[BaseModel] = ProtocolFile) -> str:
    """Give one Markdown table a section of the language: key, value, default, meaning."""
    schema = json_schema(model)
    sections = {"": schema, **schema["$defs"]}
    tables = (_table(name, each, sections) for name, each in sections.items())
    return "\n".join(line for table in tables for line in table)


def with_tables(page: str, model: type[BaseModel] = ProtocolFile) -> str:
    """Put the tables between the marks of a Markdown page."""
    head, rest = page.split(BEGIN)
    tail = rest.split(END)[1]
    return f"{head}{BEGIN}\n\n{reference_tables(model)}\n{END}{tail}"


def _table(name: str, section: _Json, sections: dict[str, _Json]) -> Iterator[str]:
    if "properties" not in section:
        return
    yield f"### {_spoken(name) or 'The file'}"
    yield ""
    yield " ".join(str(section["description"]).split())
    yield ""
    yield "| key | value | if left out | meaning |"
    yield "|---|---|---|---|"
    required = section.get("required", [])
    for key, told in section["properties"].items():
        default = "required" if key in required else _default(told)
        meaning = str(told.get("description", "")).replace("|", "\\|")
        yield f"| `{key}` | {_kind(told, sections)} | {default} | {meaning} |"
    if isinstance(by_arm := section.get("additionalProperties"), dict):
        yield f"| an arm's id | {_kind(by_arm, sections)} | | As printed of this arm |"
    yield ""


def _spoken(name: str) -> str:
    stem = name.removesuffix("Section")
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in stem).strip()


def _default(told: _Json) -> str:
    default = told.get("default")
    return "" if not default or isinstance(default, dict) else f"`{default}`"


def _kind(told: _Json, sections: dict[str, _Json]) -> str:
    """Name the kind of value a key takes."""
    if "$ref" in told:
        return _referred(str(told["$ref"]).rsplit("/", 1)[-1], sections)
    if "const" in told or "enum" in told:
        return ", ".join(f"`{word}`" for word in told.get("enum", [told.get("const")]))
    if told.get("type") == "array":
        return f"list: {_kind(told['items'], sections)}"
    if told.get("type") == "object":
        return _mapping(told, sections)
    parts = told.get("oneOf") or told.get("anyOf")
    if parts:
        is_length = "exclusiveMinimum" in parts[0]
        return "length of time" if is_length else " or ".join(_kind(p, sections) for p in parts)
    return "id" if told.get("pattern", "").startswith("^[A-Za-z]") else _SIMPLE[told["type"]]


def _mapping(told: _Json, sections: dict[str, _Json]) -> str:
    held = told.get("additionalProperties") or next(iter(told["patternProperties"].values()))
    by_moment = any(_MOMENT in pattern for pattern in told.get("patternProperties", {}))
    return f"mapping{' of moments' if by_moment else ''} to: {_kind(held, sections)}"


def _referred(name: str, sections: dict[str, _Json]) -> str:
    if "enum" in sections[name]:
        return _kind(sections[name], sections)
    return f"[{_spoken(name)}](#{_spoken(name).replace(' ', '-')})"
