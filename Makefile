# Each target first builds its prerequisites. The environment is in .venv and is rebuilt when a lock file changes. The
# comment with two # after a target is its description in `make help`.

PYTHON ?= python3
CORES ?= 2
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

READY := .venv/.ready
# The environment with what tests need besides.
TESTED := .venv/.tested

ADD := pip install --quiet --require-hashes --no-deps --no-build-isolation --requirement
export PATH := $(CURDIR)/.venv/bin:$(PATH)

# Memory that is shared by jobs with a memory requirement, MB; by default all memory of the machine.
MEMORY ?= $(shell $(PYTHON) -c 'import os; print(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 10**6)')

RUN := python workflow/run.py --workflow-profile workflow/profiles/default --resources mem_mb=$(MEMORY) --cores $(CORES)

# An environment contains the absolute path of its folder. In a project that was moved it does not start, and in a copy
# it would run the code of the original. In both cases it is rebuilt.
MOVED := $(filter 0,$(shell test -L .venv || grep -scF '$(CURDIR)/.venv' .venv/bin/activate))
ifdef MOVED
.PHONY: $(READY)
endif

.DEFAULT_GOAL := help
.NOTPARALLEL:  # two simultaneous runs would share one lock
.PHONY: help demo results reach rerun variants generalisation movement condensed architectures checkerboard mechanism cognitive universality study sensitivity calibration archive scores test docs oracles slurm-test bench report lint clean lock

help:  ## list the targets
	@echo "make TARGET, for example make demo; CORES=8 and MEMORY=8000 (MB) limit the resources of a run"
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | while IFS=$$'\t' read -r target what; do printf '  %-16s%s\n' "$$target" "$$what"; done

demo: $(READY)  ## a small study of a simulated session with all steps, without downloads
	$(RUN) --configfile workflow/config/demo.yaml
	@echo "The report is in $(CURDIR)/results/demo/report/index.html"

results: reach checkerboard  ## both studies of recordings, which are found or downloaded

reach: $(READY)  ## the study of reaching
	$(RUN) --configfile workflow/config/reach.yaml
	@echo "The report is in $(CURDIR)/results/report/index.html"

checkerboard: $(READY)  ## the study of decisions
	$(RUN) --configfile workflow/config/checkerboard.yaml
	@echo "The report is in $(CURDIR)/results/checkerboard/report/index.html"

# Shows whether another set of networks leads to the same conclusions.
rerun: reach  ## the study of reaching with a second set of networks, compared with the first
	$(RUN) --configfile workflow/config/reach.yaml workflow/config/reruns/reach.yaml
	rnncompare side_by_side --contrasts results/tables/contrasts.csv results/rerun/tables/contrasts.csv --study reach

variants: $(READY)  ## the study of reaching with one choice about networks changed at a time
	$(RUN) --configfile workflow/config/reach.yaml workflow/config/variants/reach.yaml
	@echo "The report is in $(CURDIR)/results/variants/report/index.html"

generalisation: $(READY)  ## the study of reaching with networks that are trained without two of the directions
	$(RUN) --configfile workflow/config/reach.yaml workflow/config/generalisation/reach.yaml
	@echo "The report is in $(CURDIR)/results/generalisation/report/index.html"

movement: $(READY)  ## fixed points and modes of networks that reach, and whether they predict the movement
	$(RUN) --configfile workflow/config/reach.yaml workflow/config/movement/reach.yaml
	@echo "The report is in $(CURDIR)/results/movement/report/index.html"

CONFIG ?=
study: $(READY)  ## the study of any config: make study CONFIG=FILE
	@test -n "$(CONFIG)" || { echo "study: found no CONFIG, wanted one: make study CONFIG=workflow/config/demo.yaml" >&2; exit 2; }
	$(RUN) --configfile $(CONFIG)

mechanism: $(READY)  ## the study of context integration: fixed points and selection
	$(RUN) --configfile workflow/config/mechanism.yaml
	@echo "The report is in $(CURDIR)/results/mechanism/report/index.html"

# The networks of the field, one config after another; each continues where it was stopped.
COGNITIVE := cognitive cue_set_go discrimination exercises joint
cognitive: $(READY)  ## studies of cognitive tasks: architectures, timing, discrimination, exercises, and joint objectives
	for study in $(COGNITIVE); do $(RUN) --configfile workflow/config/$$study.yaml; done
	@echo "The reports are in" $(COGNITIVE:%=$(CURDIR)/results/%/report/index.html)

condensed: $(READY)  ## the study of reaching with networks of fewer and fewer units
	$(RUN) --configfile workflow/config/reach.yaml workflow/config/condensed/reach.yaml
	@echo "The report is in $(CURDIR)/results/condensed/report/index.html"

architectures: $(READY)  ## the study of reaching with gated cells
	$(RUN) --configfile workflow/config/reach.yaml workflow/config/architectures/reach.yaml
	@echo "The report is in $(CURDIR)/results/architectures/report/index.html"

universality: $(READY)  ## the study of what networks of different architectures share
	$(RUN) --configfile workflow/config/universality.yaml
	@echo "The report is in $(CURDIR)/results/universality/report/index.html"

# The checkerboard study with one choice changed at a time; not part of the results.
sensitivity: $(READY)  ## the study of decisions with one choice changed at a time
	$(RUN) --configfile workflow/config/sensitivity.yaml
	@echo "The report is in $(CURDIR)/results/sensitivity/report/index.html"

# Takes 30 to 45 minutes on two cores. The report cites the resulting table.
calibration: $(READY)  ## calibration of the measures on simulated recordings; writes docs/calibration.csv
	$(RUN) calibration --configfile workflow/config/reach.yaml
	cp results/calibration/calibration.csv docs/calibration.csv
	cp results/calibration/reach/calibration.png results/calibration/reach/calibration_bias.png docs/
	cp results/calibration/reach/calibration_conditions.png docs/

# Independent implementations that are too large for the default environment.
oracles: $(TESTED)  ## tests against large independent implementations
	$(ADD) environment/docs.lock
	$(ADD) environment/oracles.lock
	pip check
	python -m pytest tests/activity/test_condition_independent.py tests/geometry/test_demixing.py tests/dynamics tests/similarity/test_dsa.py tests/benchmarks/test_dsa.py tests/exports/test_exports.py tests/library/test_pages.py

RESULTS ?= results
OUT ?= archive.zip
archive: $(READY)  ## an archive of a finished run: make archive RESULTS=results/demo OUT=demo.zip
	rnncompare archive $(RESULTS) $(OUT)

# The last step of a run writes its manifest.
RUNS ?= $(patsubst %/manifest.json,%,$(wildcard results/manifest.json results/*/manifest.json))
PAGE ?= docs/scores_by_recording.md
scores: $(READY)  ## the scores of all models and controls of finished runs: make scores RUNS="results results/demo"
	@test -n "$(RUNS)" || { echo "scores: found no finished run in results, wanted one: make demo" >&2; exit 2; }
	rnncompare scores $(RUNS) --out $(PAGE)

# A warning is an error. The tests follow all links of the site that was built.
docs: $(TESTED)  ## the documentation site, site/index.html
	$(ADD) environment/docs.lock
	python -m sphinx --fail-on-warning --keep-going --quiet docs site
	python -m pytest tests/documentation
	@echo "The site is $(CURDIR)/site/index.html"

# Tests are distributed by file and in order: the tests of the workflow, which share one run, are first (tests/conftest.py).
test: $(TESTED)  ## all tests; RNNCOMPARE_DATA=FOLDER adds tests of recordings
	python -m pytest --numprocesses $(CORES) --dist loadfile --no-loadscope-reorder

# On Debian: apt-get install slurmctld slurmd slurm-client slurmdbd munge mariadb-server. Takes a quarter of an hour or more.
slurm-test: $(TESTED)  ## a study on a real Slurm with faults, compared with a local run
	$(ADD) environment/slurm.lock
	python tests/slurm/run.py

bench: $(TESTED)  ## benchmarks against other implementations, as ratios of time
	python benchmarks/run.py

report: results  ## same as results

lint: $(TESTED)  ## ruff, snakefmt and snakemake --lint
	ruff check . && ruff format --check .
	snakefmt --check Snakefile workflow
	snakemake --lint --configfile workflow/config/demo.yaml

$(READY): requirements.lock environment/install.sh environment/cpu.lock environment/gpu.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("found Python %d.%d, wanted 3.11 or newer: make PYTHON=python3.11" % sys.version_info[:2])'
	$(PYTHON) -m venv $(if $(MOVED),--clear) .venv
	bash environment/install.sh
	@touch $@

$(TESTED): $(READY) environment/test.lock
	$(ADD) environment/test.lock
	@touch $@

lock:  ## resolve the environment after a change of dependencies; UPGRADE=1 uses the newest versions
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet uv==0.13.9
	PATH="$(CURDIR)/.venv-lock/bin:$$PATH" $(PYTHON) environment/lock.py $(if $(UPGRADE),--upgrade)
	rm -rf .venv-lock

clean:  ## remove the environment and the records of snakemake, but not results and recordings
	rm -rf .venv .snakemake site docs/generated
