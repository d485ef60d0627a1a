"""The evidence library on paper: published ratios beside re-analyzed ones, and single figures."""
