"""One trial, played again."""
