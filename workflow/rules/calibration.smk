# Rules for the calibration of measures on simulated recordings. The target `calibration` is not part of `all`.


rule calibrate:
    input:
        recording=f"{RESULTS}/{CONFIG.calibration.study}/activity/recording/0.nc",
    output:
        f"{RESULTS}/calibration/rows/{{chunk}}.csv",
    log:
        f"{RESULTS}/logs/calibration/{{chunk}}.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code(
            "calibration/chunks",
            "calibration/recordings",
            *measure_files(contents.calibrated_measures(CONFIG).items()),
            *surrogate_files(contents.calibrated_comparison(CONFIG)["nulls"]),
        ),
        measures=as_json(lambda w: contents.calibrated_measures(CONFIG)),
        comparison=as_json(lambda w: contents.calibrated_comparison(CONFIG)),
        calibration=as_json(lambda w: contents.calibration_options(CONFIG)),
        chunks=CONFIG.calibration.chunks,
        seed=CONFIG.seed,
    shell:
        "rnncompare calibrate --recording {input.recording} --out {output} --measures {params.measures:q}"
        " --comparison {params.comparison:q} --calibration {params.calibration:q} --seed {params.seed}"
        " --chunk {wildcards.chunk} --chunks {params.chunks} 2>&1 | tee {log}"


rule calibration_table:
    input:
        rows=expand(rules.calibrate.output, chunk=range(CONFIG.calibration.chunks)),
    output:
        table=f"{RESULTS}/calibration/calibration.csv",
        curves=f"{RESULTS}/calibration/calibration_curves.csv",
    log:
        f"{RESULTS}/logs/calibration/table.log",
    localrule: True
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code("calibration/table"),
        power_share=CONFIG.calibration.power_share,
        columns=as_json(lambda w: {"study": CONFIG.calibration.study}),
    shell:
        "rnncompare calibration_table --rows {input.rows} --out {output.table} --curves {output.curves}"
        " --power-share {params.power_share} --columns {params.columns:q} 2>&1 | tee {log}"


use rule figure as calibration_figure with:
    input:
        tables=rules.calibration_table.output,
    output:
        pdf=f"{RESULTS}/calibration/{{study}}/{{figure}}.pdf",
        svg=f"{RESULTS}/calibration/{{study}}/{{figure}}.svg",
        png=f"{RESULTS}/calibration/{{study}}/{{figure}}.png",
        data=f"{RESULTS}/calibration/{{study}}/{{figure}}.csv",
    log:
        f"{RESULTS}/logs/calibration/{{study}}/{{figure}}.log",
    wildcard_constraints:
        figure="calibration|calibration_bias|calibration_conditions",


rule calibration:
    input:
        rules.calibration_table.output,
        expand(
            rules.calibration_figure.output.png,
            study=CONFIG.calibration.study,
            figure=["calibration", "calibration_bias", "calibration_conditions"],
        ),
