# The workflow. Studies are configured in workflow/config/, rules are in workflow/rules/, and code is in rnncompare/.

import os

from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

min_version("9.0")

# A --configfile would be merged into the default config, which is therefore loaded only if none was given.
if not config:
    if not os.path.exists("workflow/config/reach.yaml"):
        raise WorkflowError(
            f"found no workflow/config/reach.yaml in {os.getcwd()}, wanted to be run in the project's folder, "
            "or --configfile FILE"
        )

    configfile: "workflow/config/reach.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/dependencies.smk"
include: "workflow/rules/activity.smk"
include: "workflow/rules/measures.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/figures.smk"


if CONFIG.calibration:

    include: "workflow/rules/calibration.smk"


onstart:
    begin()


rule all:
    default_target: True
    input:
        f"{RESULTS}/manifest.json",
