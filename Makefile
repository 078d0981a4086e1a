# Two commands do everything: `make demo` and `make test`. See README.md.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# With this set, every import of every process would compile anew: kernels start two to three times as slowly.
unexport PYTHONDONTWRITEBYTECODE
# A wheel of torch without CUDA that somebody offers to pip is offered to uv too.
export UV_FIND_LINKS ?= $(PIP_FIND_LINKS)
export MLFLOW_DISABLE_TELEMETRY := true
export DO_NOT_TRACK := 1

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
STAMPS := $(VENV)/.stamps
LOCK := requirements/lock-$(if $(shell command -v nvidia-smi),cuda,cpu).txt
FRONT := $(shell find src style schema -type f 2>/dev/null) package.json tsconfig.json install.json

.PHONY: help setup demo lab test lint check-python check-front test-python test-front test-browser test-faults bench lock clean

help:  ## show this
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

$(STAMPS)/python: $(LOCK) scripts/setup-python.sh
	@LOCK=$(LOCK) PYTHON=$(PYTHON) scripts/setup-python.sh
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/node: package.json yarn.lock $(STAMPS)/python
	@scripts/setup-node.sh .
	@touch $@

$(STAMPS)/front: $(FRONT) $(STAMPS)/node
	@echo "building the front end …"
	@PATH="$(CURDIR)/$(BIN):$$PATH" jlpm build:prod >$(STAMPS)/front.log 2>&1 || { tail -n 60 $(STAMPS)/front.log; exit 1; }
	@touch $@

$(STAMPS)/install: pyproject.toml jupyter-config/server-config/*.json scripts/install.sh $(STAMPS)/front
	@scripts/install.sh
	@touch $@

setup: $(STAMPS)/install  ## the environment in .venv, the front end built, everything installed

demo: setup  ## the main job on real data: train, evaluate and register a model as notebook jobs
	@$(BIN)/python scripts/demo.py

lab: setup  ## JupyterLab on the example project
	@$(BIN)/python scripts/demo.py --project-only
	@cd demo/nyc-flights && exec ../../$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root)

test: setup $(STAMPS)/system lint test-python test-front test-browser  ## everything that CI runs
	@echo "all suites passed"

$(STAMPS)/system: scripts/setup-system.sh $(STAMPS)/python
	@scripts/setup-system.sh
	@touch $@

lint: check-python check-front  ## ruff, mypy, eslint, prettier, stylelint, and the contract's types

check-python: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

check-front: setup
	@export PATH="$(CURDIR)/$(BIN):$$PATH"; jlpm lint:check && jlpm check:api && jlpm check:size

# Most tests wait for processes: two at once take less time, also on two cores. Files stay whole, and in their order.
test-python: setup $(STAMPS)/system  ## pytest, a sample of the fault tests included
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-front: setup  ## Jest
	@PATH="$(CURDIR)/$(BIN):$$PATH" jlpm test

$(STAMPS)/browser: ui-tests/package.json ui-tests/yarn.lock $(STAMPS)/python
	@scripts/setup-node.sh ui-tests
	@touch $@

test-browser: setup $(STAMPS)/system $(STAMPS)/browser  ## Galata in a real browser
	@cd ui-tests && PATH="$(CURDIR)/$(BIN):$$PATH" jlpm test

test-faults: setup $(STAMPS)/system  ## all fault tests; `make test` runs a sample
	@$(BIN)/python -m pytest tests/faults --all-faults

bench: setup $(STAMPS)/system $(STAMPS)/browser  ## every figure beside its peer
	@$(BIN)/python benchmarks/run.py

lock: $(STAMPS)/python  ## resolve the Python dependencies anew
	@scripts/lock.sh

clean:  ## forget the environment and what was built
	rm -rf $(VENV) node_modules ui-tests/node_modules lib jupyter_mlx/labextension tsconfig.tsbuildinfo
