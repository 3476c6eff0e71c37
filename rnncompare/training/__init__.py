"""Training of networks: backpropagation through time, penalties, checkpoints, simulation and robustness."""
