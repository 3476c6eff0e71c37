"""The commands that start the workflow, in any folder."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

from rnncompare.steps.registry import command

CORES = Annotated[int, "the number of jobs that run at the same time"]


@command
def demo(*, cores: CORES = 2):
    """Run a small study of a simulated session, with all steps, in results/demo of the current folder."""
    from rnncompare.study import places

    run(places.project() / "workflow/config/demo.yaml", cores=cores)


@command
def run(config: Annotated[Path, "the config of one or several studies"], /, *, cores: CORES = 2):
    """Run the studies of a config, as far as their results are not up to date."""
    from rnncompare.study import config_file, places

    workflow = places.project() / "workflow"
    words = ["--workflow-profile", workflow / "profiles/default", "--cores", cores, "--configfile", config]
    scripts = str(Path(sys.executable).parent)  # jobs call `rnncompare`, also if the environment is not activated
    environment = os.environ | {"PATH": scripts + os.pathsep + os.environ.get("PATH", "")}
    status = subprocess.run([sys.executable, workflow / "run.py", *map(str, words)], env=environment).returncode
    if status:
        sys.exit(status)
    results = config_file.read(config).get("results", "results")
    print(f"The report is in {Path(results).absolute() / 'report/index.html'}")
