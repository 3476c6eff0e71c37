"""Simulators of recordings with known ground truth, which are written as files and read like real recordings."""
