# For `snakemake` in the project's folder. The workflow is workflow/Snakefile, which runs in any folder.


include: "workflow/Snakefile"


rule everything:  # the default target of an included file does not count
    default_target: True
    input:
        rules.all.input,
