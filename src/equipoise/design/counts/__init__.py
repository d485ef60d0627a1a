"""Trials whose endpoint is a count of events in each patient's time: Poisson, negative binomial."""
