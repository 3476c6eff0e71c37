"""Networks to first order: how states and inputs change an output later on, and the modes at a fixed point."""
