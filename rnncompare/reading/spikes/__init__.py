"""Lists of spike times: their trials, windows and counts, and guesses about them."""
