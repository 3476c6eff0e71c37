# Figures from tables alone, and the report that holds them.


rule figure:
    input:
        tables=[f"{RESULTS}/tables/{name}.csv" for name in TABLES],
        code=lambda w: [code("figures", w.figure), f"{PACKAGE}/style.mplstyle"],
    output:
        multiext(f"{RESULTS}/figures/{{study}}/{{figure}}", ".pdf", ".svg", ".png", ".csv"),
    params:
        folder=f"{RESULTS}/tables",
    log:
        f"{RESULTS}/logs/figures/{{study}}/{{figure}}.log",
    shell:
        "rnncompare figure --name {wildcards.figure} --study {wildcards.study} --tables-in {params.folder}"
        " --out {output[0]} 2>&1 | tee {log}"


rule report:
    input:
        tables=[f"{RESULTS}/tables/{name}.csv" for name in TABLES],
        figures=[
            f"{RESULTS}/figures/{name}/{figure}.svg"
            for name, s in STUDIES.items()
            for figure in s.figures
        ],
        cards=cards(),
        code=f"{PACKAGE}/report.py",
    output:
        f"{RESULTS}/report/index.html",
    params:
        results=RESULTS,
        config=as_json(lambda w: CONFIG.model_dump()),
    log:
        f"{RESULTS}/logs/report.log",
    shell:
        "rnncompare report --results {params.results} --cards {input.cards} --out {output}"
        " --config {params.config:q} 2>&1 | tee {log}"
