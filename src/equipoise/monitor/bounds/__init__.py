"""Boundaries at the information there is."""
