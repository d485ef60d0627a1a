"""The protocol language: read, checked, published."""
