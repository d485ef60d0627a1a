"""Designs that learn: combination tests, re-estimation, assurance."""
