"""Equipoise: a randomized clinical trial, written down once and carried through its whole life."""

__version__ = "0.1.0"
