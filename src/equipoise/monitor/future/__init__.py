"""When the next looks will come."""
