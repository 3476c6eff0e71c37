"""What all similarity measures share: preparation, null distributions, intervals and p values, sweeps."""
