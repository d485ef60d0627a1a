"""Treatments compared across trials."""
