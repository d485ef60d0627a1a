"""Studies put together."""
