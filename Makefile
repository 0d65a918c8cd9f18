# Everything runs inside .venv, made from requirements.lock; `make` alone lists the targets.

PYTHON ?= python3
ROOMS := $(patsubst %/__init__.py,%,$(wildcard */__init__.py))
BIN := .venv/bin
STAMP := .venv/.installed
HOUSE := .venv/house/onrecord
WORKERS := $(shell $(PYTHON) -c 'import os; print(2 * (os.cpu_count() or 1) + 1)')  # many tests wait for a terminal
TRACERS := $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')


define BRANCHES
import json, sys
percent = json.load(open(".venv/coverage.json"))["totals"]["percent_branches_covered"]
sys.exit(print(f"schema/: {percent:.1f} % of branches covered") or (percent < 95 and "at least 95 % must be"))
endef
export BRANCHES

define AUDIT
import json, sys
told = json.load(open(".venv/audit.json"))["dependencies"]
bad = [f"{each['name']} {each['version']}: {flaw['id']}" for each in told for flaw in each.get("vulns", [])]
unasked = [each["name"] for each in told if "skip_reason" in each]
if bad or len(told) > len(unasked):
    print("\n".join(bad) or f"no known flaw in the {len(told) - len(unasked)} dependencies that were asked about")
if unasked:
    print(f"NOT CHECKED: {len(unasked)} of {len(told)}: the advisory service cannot be reached or does not know them")
sys.exit(1 if bad else 2 if unasked else 0)
endef
export AUDIT

MINUTES ?= 5
TRACED := tests/schema tests/cli tests/measure tests/many

# Tests start hundreds of programs: where nothing keeps their bytecode, each is compiled anew, which takes longer than the test.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-long ci check lint types rooms bench bench-large bench-quick eval docs lock clean torture fuzz audit sbom

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP)  ## make .venv with the locked dependencies and onrecord itself

# The lock names everything, so nothing is left to resolve: --no-deps keeps releases newer than it from being considered.
# uv, itself taken from the lock, fetches and unpacks many times faster than pip, which takes over where uv cannot.
# The links in $(HOUSE) show the flat folders under their installed names to the tools that only follow paths.
$(STAMP): requirements.lock pyproject.toml Makefile
	@$(PYTHON) -c 'import sys; sys.exit("onrecord needs Python 3.11 or newer: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@awk '/^uv==/ {block = 1} block {print} block && !/\\$$/ {exit}' requirements.lock > .venv/uv.lock
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r .venv/uv.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements.lock || \
		$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
	rm -rf .venv/house && mkdir -p $(HOUSE)
	for room in $(ROOMS); do ln -s ../../../$$room $(HOUSE)/$$room; done
	touch $@

demo: $(STAMP)  ## open a throw-away copy of the sample project
	$(BIN)/onrecord demo

test: $(STAMP)  ## run all tests
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

test-long: $(STAMP)  ## run all tests, with those that take minutes
	ONRECORD_LONG=1 $(BIN)/pytest -n $(WORKERS) --dist worksteal

ci: check bench-quick  ## what CI runs: check, then bench-quick

# Tracing doubles the time of a test, so only those trace that can tell whether schema/ is covered.
check: lint types rooms $(STAMP)  ## lint, types, import rules, tests, coverage
	$(BIN)/pytest -n $(TRACERS) --dist worksteal $(TRACED) --cov --cov-report=term:skip-covered --cov-report=json:.venv/coverage.json
	@$(BIN)/python -c "$$BRANCHES"
	$(BIN)/pytest -n $(WORKERS) --dist worksteal $(TRACED:%=--ignore=%)

lint: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(STAMP)
	$(BIN)/mypy

rooms: $(STAMP)
	PYTHONPATH=.venv/house $(BIN)/lint-imports --no-logo

bench: $(STAMP)  ## run the benchmarks and keep what they measure; a ratio out of its bounds fails
	$(BIN)/python benchmarks/run.py

bench-large: $(STAMP)  ## after bench: measure at sizes that take minutes as well, and keep that beside it
	$(BIN)/python benchmarks/run.py --large

bench-quick: $(STAMP)  ## the short, loose form: fails where something became twice as slow (a minute)
	$(BIN)/python benchmarks/run.py --quick

eval: $(STAMP)  ## measure the suggestions against annotated news
	$(BIN)/python benchmarks/attribution.py --errors 12

torture: $(STAMP)  ## kill programs and break disks: make torture SEED=1 KILLS=1000 MINUTES=20
	PYTHONPATH=tests/support $(BIN)/python tests/torture/torture.py \
		--seed $(or $(SEED),1) --kills $(or $(KILLS),1000) --minutes $(or $(MINUTES),0)

docs: $(STAMP)  ## rebuild the generated pages and the screenshot
	$(BIN)/python docs/build.py

fuzz: $(STAMP)  ## throw damaged files at every reader, for MINUTES=5 in all; what is found is kept in .fuzz
	$(BIN)/python tests/fuzz/fuzz_all.py --minutes $(MINUTES)

audit: $(STAMP)  ## ask whether a locked dependency has a known flaw; fails where nobody can be asked
	@$(BIN)/pip check
	@rm -f .venv/audit.json
	@$(BIN)/pip-audit --progress-spinner off --disable-pip --require-hashes -r requirements.lock --format json --output .venv/audit.json > .venv/audit.log 2>&1 || true
	@test -s .venv/audit.json || { tail -n 1 .venv/audit.log; echo "NOT CHECKED: the advisory service cannot be reached"; exit 2; }
	@$(BIN)/python -c "$$AUDIT"

sbom: $(STAMP)  ## write sbom.json, the bill of materials of .venv (CycloneDX)
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --mc-type application --output-reproducible --validate --output-file sbom.json .venv

lock: $(STAMP)  ## pin the newest allowed dependencies in requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --group dev --upgrade \
		--generate-hashes --no-annotate --custom-compile-command "make lock" --output-file requirements.lock pyproject.toml

clean:  ## remove everything that can be made again
	rm -rf .venv build dist *.egg-info .coverage .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .benchmarks
	find $(ROOMS) tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
