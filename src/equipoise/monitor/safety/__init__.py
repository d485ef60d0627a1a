"""Rules that watch for harm."""
