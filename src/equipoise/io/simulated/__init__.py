"""Simulated patients, written as data."""
