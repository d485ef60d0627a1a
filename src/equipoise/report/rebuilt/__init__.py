"""A published figure turned back into patients, on paper: how near, and what they say."""
