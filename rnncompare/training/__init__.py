"""Training of networks: backpropagation through time, penalties, checkpoints, simulation, robustness."""
