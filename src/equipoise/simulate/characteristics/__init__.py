"""What many trials say, with Monte Carlo errors."""
