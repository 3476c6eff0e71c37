"""Compare recurrent networks with recorded motor cortex, in numbers that can be trusted."""

__version__ = "0.1.0"
