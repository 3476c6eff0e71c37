"""Fixed points of a map that a network steps by: search, kinds, continua, stability and modes, in numpy alone."""
