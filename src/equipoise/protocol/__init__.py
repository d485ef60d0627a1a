"""What was promised: the trial, its arms, endpoints, estimands and hypotheses as frozen values."""
