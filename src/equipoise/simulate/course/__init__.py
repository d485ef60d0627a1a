"""Courses through states."""
