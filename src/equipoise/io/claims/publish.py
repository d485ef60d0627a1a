"""The language of claims files made public: a JSON Schema, and the tables of docs/appraise.md.

Both are printed from the grammar, so neither can say anything else.
"""

from equipoise.io.claims.schema import ClaimsFile
from equipoise.io.protocol.publish import json_schema_text, with_tables


def claims_schema_text() -> str:
    """Give the JSON Schema as it stands in schema/claims.schema.json."""
    return json_schema_text(ClaimsFile, "Equipoise claims")


def with_claims_tables(page: str) -> str:
    """Put the tables between the marks of a Markdown page."""
    return with_tables(page, ClaimsFile)
