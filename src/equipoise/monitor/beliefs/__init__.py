"""Priors and posteriors of the effect."""
