"""Dynamical systems with known properties, on which measures are tested and calibrated."""
