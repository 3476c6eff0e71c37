# Rules for figures, which use only tables, and for the report.


rule figure:
    input:
        tables=PATHS.tables(),
    output:
        pdf=f"{RESULTS}/figures/{{study}}/{{figure}}.pdf",
        svg=f"{RESULTS}/figures/{{study}}/{{figure}}.svg",
        png=f"{RESULTS}/figures/{{study}}/{{figure}}.png",
        data=f"{RESULTS}/figures/{{study}}/{{figure}}.csv",
    log:
        f"{RESULTS}/logs/figures/{{study}}/{{figure}}.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=lambda w: code(
            "figures/__init__", f"figures/{w.figure}", "drawing/style.mplstyle"
        ),
        style=CONFIG.figure_style,
    shell:
        "rnncompare figure --name {wildcards.figure} --study {wildcards.study} --tables-in {input.tables}"
        " --style {params.style} --out {output.pdf} 2>&1 | tee {log}"


rule composed_figure:
    input:
        tables=PATHS.tables(),
    output:
        pdf=f"{RESULTS}/figures/{{study}}/{{composed}}.pdf",
        svg=f"{RESULTS}/figures/{{study}}/{{composed}}.svg",
        png=f"{RESULTS}/figures/{{study}}/{{composed}}.png",
        caption=f"{RESULTS}/figures/{{study}}/{{composed}}_caption.txt",
        data=directory(f"{RESULTS}/figures/{{study}}/{{composed}}_source_data"),
    log:
        f"{RESULTS}/logs/figures/{{study}}/{{composed}}.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=lambda w: code(
            "figures/_composed",
            "figures/__init__",
            *(f"figures/{name}" for name in study(w).composed[w.composed].panels),
            "drawing/style.mplstyle",
        ),
        style=CONFIG.figure_style,
        panels=as_json(lambda w: study(w).composed[w.composed].panels),
        layout=as_json(lambda w: study(w).composed[w.composed].layout),
    shell:
        "rnncompare composed_figure --panels {params.panels:q} --layout {params.layout:q} --study {wildcards.study}"
        " --tables-in {input.tables} --style {params.style} --out {output.pdf} 2>&1 | tee {log}"


rule provenance:
    input:
        weights=[path for _, paths in PATHS.networks() for path in paths],
        draws=PATHS.similarity("draws.nc"),
    output:
        f"{RESULTS}/provenance.json",
    log:
        f"{RESULTS}/logs/provenance.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code("reproducibility/provenance", "training/checkpoint"),
    shell:
        "rnncompare provenance --weights {input.weights} --draws {input.draws} --out {output} 2>&1 | tee {log}"


rule report:
    input:
        provenance=f"{RESULTS}/provenance.json",
        tables=PATHS.tables(),
        figures=PATHS.figures(),
        recordings=PATHS.recorded(),
        cards=PATHS.cards(),
        calibration=PATHS.calibration(),
    output:
        f"{RESULTS}/report/index.html",
    log:
        f"{RESULTS}/logs/report.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code(
            "report/page",
            "report/page.html",
            "report/study.html",
            "report/macros.html",
            "report/style.css",
            "report/filters.js",
            "report/glossary.md",
        ),
        results=lambda w, output: os.path.dirname(os.path.dirname(output[0])),
        config=as_json(lambda w: CONFIG.model_dump()),
        calibration=lambda w, input: (
            f"--calibration {input.calibration}" if input.calibration else ""
        ),
    shell:
        "rnncompare report --results {params.results} --cards {input.cards} --out {output} {params.calibration}"
        " --config {params.config:q} --times .snakemake/metadata 2>&1 | tee {log}"


# The last job of a run: what every result was made from, for `rnncompare verify`.
rule manifest:
    input:
        report=f"{RESULTS}/report/index.html",
    output:
        f"{RESULTS}/manifest.json",
    log:
        f"{RESULTS}/logs/manifest.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code("provenance/manifest"),
        config=as_json(lambda w: CONFIG.model_dump()),
        results=lambda w, output: os.path.dirname(output[0]),
    shell:
        "rnncompare manifest --results {params.results} --out {output} --config {params.config:q} 2>&1 | tee {log}"
