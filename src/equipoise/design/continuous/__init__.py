"""Trials whose endpoint is a mean: t-tests, ANCOVA, ratios of means, equivalence."""
