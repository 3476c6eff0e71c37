"""What readers share, by form of the data: arrays, NWB, spikes, MATLAB, NumPy; guesses about a file."""
