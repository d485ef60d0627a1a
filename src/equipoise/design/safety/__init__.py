"""Stopping for harm: sequential boundaries on counts of toxicities or deaths."""
