"""A look: what was seen, decided and said."""
