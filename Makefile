# make demo | results | reach | checkerboard | sensitivity | calibration | test | oracles | bench | report | lint | clean
# Each builds what it needs first; the environment lives in .venv and is rebuilt when its lock changes.

PYTHON ?= python3
CORES ?= 2
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

READY := .venv/.ready
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# One thread a job: threads are part of a trained network, and jobs are the parallelism.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1

# What jobs that ask for memory may have together, MB; all of the machine's unless said.
MEMORY ?= $(shell $(PYTHON) -c 'import os; print(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 10**6)')

RUN := snakemake --workflow-profile workflow/profiles/default --cores $(CORES) --resources mem_mb=$(MEMORY)

# An environment knows its folder by name: in a project that was moved it does not start, and in a copy it runs the code
# of the original. There it is made anew.
MOVED := $(filter 0,$(shell test -L .venv || grep -scF '$(CURDIR)/.venv' .venv/bin/activate))
ifdef MOVED
.PHONY: $(READY)
endif

.NOTPARALLEL:  # two runs at once would share one lock
.PHONY: demo results reach rerun checkerboard sensitivity calibration test oracles bench report lint clean lock

demo: $(READY)
	$(RUN) --configfile workflow/config/demo.yaml
	@echo "The report is in $(CURDIR)/results/demo/report/index.html"

results: reach checkerboard

reach: $(READY)
	$(RUN) --configfile workflow/config/reach.yaml
	@echo "The report is in $(CURDIR)/results/report/index.html"

checkerboard: $(READY)
	$(RUN) --configfile workflow/config/checkerboard.yaml
	@echo "The report is in $(CURDIR)/results/checkerboard/report/index.html"

# The reach study with a second set of networks, beside the first: does another set give the same verdict?
rerun: reach
	$(RUN) --configfile workflow/config/reach.yaml workflow/config/reruns/reach.yaml
	rnncompare verdicts --contrasts results/tables/contrasts.csv results/rerun/tables/contrasts.csv --study reach

# The checkerboard study with one choice changed at a time; not part of the results.
sensitivity: $(READY)
	$(RUN) --configfile workflow/config/sensitivity.yaml
	@echo "The report is in $(CURDIR)/results/sensitivity/report/index.html"

# Two to three quarters of an hour on two cores; the report cites the table from then on.
calibration: $(READY)
	$(RUN) calibration --configfile workflow/config/reach.yaml
	cp results/calibration/calibration.csv docs/calibration.csv
	cp results/calibration/reach/calibration.png results/calibration/reach/calibration_bias.png docs/

# The independent implementations that are too large for everybody's environment.
oracles: $(READY)
	pip install --quiet --constraint requirements.lock --editable '.[test,oracles]'
	python -m pytest tests/test_condition_independent.py tests/test_demixing.py tests/test_delay_embedding.py tests/test_vector_fields.py tests/similarity/test_dsa.py tests/benchmarks/test_dsa.py tests/exports/test_exports.py

# By file, as they come: the workflow's tests share one run, and are long and not the last.
test: $(READY)
	python -m pytest --numprocesses $(CORES) --dist loadfile --no-loadscope-reorder

bench: $(READY)
	python benchmarks/run.py

report: results

lint: $(READY)
	ruff check . && ruff format --check .
	snakefmt --check Snakefile workflow
	snakemake --lint --configfile workflow/config/demo.yaml

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("found Python %d.%d, wanted 3.11 or newer: make PYTHON=python3.11" % sys.version_info[:2])'
	$(PYTHON) -m venv $(if $(MOVED),--clear) .venv
	pip install --quiet --requirement requirements.lock
	pip install --quiet --no-deps --editable .
	@touch $@

# Resolve the environment anew: only when a dependency is to change.
lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet torch==2.13.0
	.venv-lock/bin/pip install --quiet '.[test]'
	.venv-lock/bin/pip freeze --exclude rnncompare | sed 's/+cpu$$//; / @ /d' > requirements.lock
	rm -rf .venv-lock

clean:
	rm -rf .venv .snakemake
