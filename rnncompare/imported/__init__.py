"""Networks that were trained elsewhere: which files they are in, and their hidden states as activities."""
