"""MATLAB files of versions 4 to 7.3, read without running anything that they contain."""
