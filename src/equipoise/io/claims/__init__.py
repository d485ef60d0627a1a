"""Claims files: what a source prints, read with every problem named."""
