"""Write the protocol language's JSON Schema and the tables of its page from the grammar."""

from pathlib import Path

from equipoise.io.claims.publish import claims_schema_text, with_claims_tables
from equipoise.io.protocol.publish import json_schema_text, with_tables

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Rewrite both files in place."""
    schema, page = ROOT / "schema" / "protocol.schema.json", ROOT / "docs" / "protocol.md"
    schema.write_text(json_schema_text(), encoding="utf-8")
    page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")
    schema, page = ROOT / "schema" / "claims.schema.json", ROOT / "docs" / "appraise.md"
    schema.write_text(claims_schema_text(), encoding="utf-8")
    page.write_text(with_claims_tables(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
