"""What is likely to happen."""
