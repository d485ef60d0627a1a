"""Honest trials, simulated and printed, to count false alarms on."""
