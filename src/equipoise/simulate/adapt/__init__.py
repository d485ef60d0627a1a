"""Trials that change as they run."""
