# Each target builds what it needs first; the environment lives in .venv and is rebuilt when a lock changes. A comment of
# two # beside a target is what `make help` says of it.

PYTHON ?= python3
CORES ?= 2
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

READY := .venv/.ready
export PATH := $(CURDIR)/.venv/bin:$(PATH)

# What jobs that ask for memory may have together, MB; all of the machine's unless said.
MEMORY ?= $(shell $(PYTHON) -c 'import os; print(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 10**6)')

RUN := python workflow/run.py --workflow-profile workflow/profiles/default --cores $(CORES) --resources mem_mb=$(MEMORY)

# An environment knows its folder by name: in a project that was moved it does not start, and in a copy it runs the code
# of the original. There it is made anew.
MOVED := $(filter 0,$(shell test -L .venv || grep -scF '$(CURDIR)/.venv' .venv/bin/activate))
ifdef MOVED
.PHONY: $(READY)
endif

.DEFAULT_GOAL := help
.NOTPARALLEL:  # two runs at once would share one lock
.PHONY: help demo results reach rerun checkerboard study sensitivity calibration test oracles bench report lint clean lock

help:  ## what can be made
	@echo "make TARGET, such as make demo; CORES=8 and MEMORY=8000 (MB) say what a run may use"
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' Makefile | while IFS=$$'\t' read -r target what; do printf '  %-14s%s\n' "$$target" "$$what"; done

demo: $(READY)  ## everything once, small, on a simulated session: no download
	$(RUN) --configfile workflow/config/demo.yaml
	@echo "The report is in $(CURDIR)/results/demo/report/index.html"

results: reach checkerboard  ## both real studies; recordings are found or downloaded

reach: $(READY)  ## the study of reaching
	$(RUN) --configfile workflow/config/reach.yaml
	@echo "The report is in $(CURDIR)/results/report/index.html"

checkerboard: $(READY)  ## the study of decisions
	$(RUN) --configfile workflow/config/checkerboard.yaml
	@echo "The report is in $(CURDIR)/results/checkerboard/report/index.html"

# Does another set of networks give the same verdict?
rerun: reach  ## the study of reaching with a second set of networks, beside the first
	$(RUN) --configfile workflow/config/reach.yaml workflow/config/reruns/reach.yaml
	rnncompare verdicts --contrasts results/tables/contrasts.csv results/rerun/tables/contrasts.csv --study reach

CONFIG ?=
study: $(READY)  ## a config of your own: make study CONFIG=FILE
	@test -n "$(CONFIG)" || { echo "study: found no CONFIG, wanted one: make study CONFIG=workflow/config/demo.yaml" >&2; exit 2; }
	$(RUN) --configfile $(CONFIG)

# The checkerboard study with one choice changed at a time; not part of the results.
sensitivity: $(READY)  ## the study of decisions with one choice changed at a time
	$(RUN) --configfile workflow/config/sensitivity.yaml
	@echo "The report is in $(CURDIR)/results/sensitivity/report/index.html"

# Two to three quarters of an hour on two cores; the report cites the table from then on.
calibration: $(READY)  ## the measures on recordings of known networks; writes docs/calibration.csv
	$(RUN) calibration --configfile workflow/config/reach.yaml
	cp results/calibration/calibration.csv docs/calibration.csv
	cp results/calibration/reach/calibration.png results/calibration/reach/calibration_bias.png docs/

# The independent implementations that are too large for everybody's environment.
oracles: $(READY)  ## the tests against independent implementations that are large
	pip install --quiet --require-hashes --no-deps --no-build-isolation --requirement environment/oracles.lock
	pip check
	python -m pytest tests/activity/test_condition_independent.py tests/geometry/test_demixing.py tests/dynamics tests/similarity/test_dsa.py tests/benchmarks/test_dsa.py tests/exports/test_exports.py tests/library/test_pages.py

# By file, as they come: the workflow's tests share one run, and are long and not the last.
test: $(READY)  ## the tests; RNNCOMPARE_DATA=FOLDER adds those on real recordings
	python -m pytest --numprocesses $(CORES) --dist loadfile --no-loadscope-reorder

bench: $(READY)  ## ours against a peer, as ratios of time
	python benchmarks/run.py

report: results  ## the same as results

lint: $(READY)  ## ruff, snakefmt, snakemake --lint
	ruff check . && ruff format --check .
	snakefmt --check Snakefile workflow
	snakemake --lint --configfile workflow/config/demo.yaml

$(READY): requirements.lock environment/install.sh environment/cpu.lock environment/gpu.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("found Python %d.%d, wanted 3.11 or newer: make PYTHON=python3.11" % sys.version_info[:2])'
	$(PYTHON) -m venv $(if $(MOVED),--clear) .venv
	bash environment/install.sh
	@touch $@

lock:  ## resolve the environment anew, after a change of dependencies; UPGRADE=1 takes the newest of everything
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet uv==0.13.9
	PATH="$(CURDIR)/.venv-lock/bin:$$PATH" $(PYTHON) environment/lock.py $(if $(UPGRADE),--upgrade)
	rm -rf .venv-lock

clean:  ## remove the environment and snakemake's records; results and recordings stay
	rm -rf .venv .snakemake
