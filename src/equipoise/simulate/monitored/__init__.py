"""A real look, with the rest of its trial simulated."""
