"""Trials that may change their course by rule: combination tests, re-estimation, assurance."""
