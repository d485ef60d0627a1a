"""Whether to go on: what a look decides, on real and on simulated data alike."""
