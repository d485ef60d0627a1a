"""The chained record of looks."""
