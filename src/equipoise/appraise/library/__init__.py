"""The library of published trials, analyzed."""
