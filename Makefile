# `make demo` and `make test` set everything up on a machine with Python >= 3.11 and pip.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready-all

.PHONY: help demo test check-style bench reference clean

help: ## Say what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# --without-pip: Debian ships Python without ensurepip; pip itself installs into the environment.
$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Equipoise needs Python 3.11 or newer, this is " + sys.version.split()[0])'
	$(PYTHON) -m venv --without-pip $(VENV)

$(READY): $(VENV)/bin/python requirements.lock pyproject.toml
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check -r requirements.lock
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY) ## Analyze a real randomized trial and write its report to reports/colon
	$(BIN)/equipoise analyze examples/colon/protocol.yaml --data examples/colon/data --out reports/colon

test: $(READY) ## Check style and types, then run every test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -q -n 2

bench: $(READY) ## Time Equipoise against its peers in one run
	$(PYTHON) -m venv --without-pip benchmarks/.venv
	$(PYTHON) -m pip --python benchmarks/.venv/bin/python install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	$(PYTHON) -m pip --python benchmarks/.venv/bin/python install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python benchmarks/colon.py
	benchmarks/.venv/bin/python benchmarks/run.py
	benchmarks/.venv/bin/python benchmarks/design.py
	benchmarks/.venv/bin/python benchmarks/simulate.py
	benchmarks/.venv/bin/python benchmarks/monitor.py
	benchmarks/.venv/bin/python benchmarks/appraise.py

clean: ## Remove what make has made
	rm -rf $(VENV) benchmarks/.venv reports .pytest_cache .mypy_cache .ruff_cache .hypothesis
