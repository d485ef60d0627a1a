"""What rebuilt patients say."""
