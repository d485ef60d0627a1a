"""Statistics of simulated trials."""
