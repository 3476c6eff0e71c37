"""The code, libraries and processor of the running job, for the records that its results carry.

It takes a few milliseconds: versions are those of the libraries that the job has imported, and the code is that of the
modules that it has imported.
"""

import functools
import hashlib
import json
import os
import platform
import sys
from pathlib import Path

from rnncompare import __version__
from rnncompare.plugins import PACKAGE
from rnncompare.reproducibility import processor
from rnncompare.reproducibility.code import CHANGE_NO_NUMBER, content, whole_package

LIBRARIES = ("numpy", "scipy", "pandas", "xarray", "sklearn", "torch", "matplotlib", "pynwb", "h5py")
STEPS = "steps/"  # all of them are imported by every job, which runs one
# Files of the package that a module reads and does not import.
READ_BY = {
    "drawing/style.py": ("drawing/style.mplstyle",),
    "report/page.py": ("report/page.html", "report/style.css", "report/filters.js", "report/glossary.md"),
}


def description(step_module: str) -> dict:
    """The entries `code` and `made_with` of a record.

    step_module: the module of the step, such as rnncompare.steps.networks.
    """
    return _described(step_module, len(sys.modules))  # a job with many outputs imports nothing more between them


@functools.lru_cache(maxsize=1)
def _described(step_module: str, modules: int) -> dict:
    files = loaded(step_module)
    return {
        "code": {"version": __version__, "files": len(files), "sha256": _sha256("\n".join(files))},
        "made_with": _surroundings() | {"versions": _versions()},
    }


def loaded(step_module: str) -> list[str]:
    """Path and checksum of the files of the package that this process has imported, but for those of other steps."""
    own = step_module.removeprefix("rnncompare.").replace(".", "/") + ".py"
    names = set()
    for module in list(sys.modules.values()):
        place = getattr(module, "__file__", None)
        if place and place.startswith(str(PACKAGE)) and place.endswith(".py"):
            names.add(Path(place).relative_to(PACKAGE).as_posix())
    names = {name for name in names - CHANGE_NO_NUMBER if not name.startswith(STEPS) or name == own}
    names |= {data for name in names for data in READ_BY.get(name, ())}
    return [content(PACKAGE / name) for name in sorted(names)]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _versions() -> dict[str, str]:
    """Versions of Python and of the libraries that this process has imported."""
    imported = {name: str(sys.modules[name].__version__) for name in LIBRARIES if name in sys.modules}
    return {"Python": platform.python_version()} | imported


@functools.cache
def _surroundings() -> dict:
    """Processor, numerical routines, their library and the number of threads of this process."""
    return {
        "processor": processor.name(),
        "kernels": processor.kernels(),
        "blas": _blas(),
        "threads": int(os.environ.get("OMP_NUM_THREADS", 0)) or os.cpu_count(),
    }


def _blas() -> str:
    """Name and version of numpy's BLAS, and the processor whose routines it was asked to use."""
    import numpy as np

    built = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    chosen = os.environ.get("OPENBLAS_CORETYPE", "")
    return " ".join(filter(None, (str(built.get("name", "")), str(built.get("version", "")), chosen)))


def state_of_the_code() -> dict:
    """Commit of the checkout that contains the package, and whether files of it differ; {} outside a checkout."""
    from subprocess import SubprocessError  # imported here because few jobs need it

    try:
        commit = _git("rev-parse", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=normal", "--", *_parts())
    except (OSError, SubprocessError):
        return {}
    return {"commit": commit.strip(), "changed": bool(changed.strip())} if commit.strip() else {}


def _parts() -> list[str]:
    """The parts of the checkout on which results depend: the package, the rules and the locked versions."""
    names = ("rnncompare", "workflow/rules", "Snakefile", "workflow/Snakefile", "requirements.lock", "environment")
    return [name for name in names if (PACKAGE.parent / name).exists()]


def _git(*words: str) -> str:
    import subprocess

    start, how = ["git", "-C", str(PACKAGE.parent)], {"capture_output": True, "text": True, "timeout": 20}
    top = subprocess.run([*start, "rev-parse", "--show-toplevel"], **how)
    if top.returncode or Path(top.stdout.strip()).resolve() != PACKAGE.parent.resolve():
        raise OSError("not the checkout of this project")  # such as an environment inside another project
    return subprocess.run([*start, *words], check=True, **how).stdout


def whole_package_sha256(package: Path = PACKAGE) -> str:
    """One checksum of every source file of the package or of a copy of it, to compare two versions."""
    return _sha256(json.dumps(whole_package(package)))
