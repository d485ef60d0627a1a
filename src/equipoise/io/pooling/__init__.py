"""Files of studies to put together."""
