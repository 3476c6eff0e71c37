"""Ranges of options, which annotations of functions name, and the values that a config can give them."""
