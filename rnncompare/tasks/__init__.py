"""Tasks of networks, one per file: inputs, targets and the times that enter the loss."""
