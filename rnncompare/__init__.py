"""Compare the activity of recurrent networks with recorded activity of motor cortex."""

import importlib

__version__ = "0.2.0"

# Name -> its module, which is imported when the name is first used. Kernels are pinned only in the jobs of the workflow
# (`reproducibility.processor`), because numpy has usually selected its kernels before a notebook imports this package.
_ROOMS = ("activity", "probes", "similarity")
_FUNCTIONS = {
    "compare": "rnncompare.library.comparing",
    "figure": "rnncompare.library.finished_run",
    "load": "rnncompare.library.loading",
    "tables": "rnncompare.library.finished_run",
}

__all__ = ["activity", "compare", "figure", "load", "probes", "similarity", "tables"]


def __getattr__(name: str):
    if name in _ROOMS:
        return importlib.import_module(f"rnncompare.{name}")
    if name in _FUNCTIONS:
        return getattr(importlib.import_module(_FUNCTIONS[name]), name)
    raise AttributeError(f"module 'rnncompare' has no attribute '{name}'; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return [*__all__, *(name for name in globals() if name.startswith("__"))]
