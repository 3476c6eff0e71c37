"""Variables of array files (.mat, .npz, .nc): their dimensions, and guesses about them."""
