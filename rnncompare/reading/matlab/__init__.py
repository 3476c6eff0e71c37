"""MATLAB files up to version 7.3, read without running anything that they contain."""
