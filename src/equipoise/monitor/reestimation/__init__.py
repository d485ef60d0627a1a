"""Sizes estimated again, without arms."""
