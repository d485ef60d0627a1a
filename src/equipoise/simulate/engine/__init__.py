"""The loop that plays trials."""
