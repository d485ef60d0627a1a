"""Rehearse the trial: the world, one trial, many trials."""
