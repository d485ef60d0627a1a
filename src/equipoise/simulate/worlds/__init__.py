"""Worlds: truth, laws, enrollment, patients."""
