"""Estimates and intervals after stopping."""
