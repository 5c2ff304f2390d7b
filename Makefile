# make demo   set up .venv and scan data/sample to a report that it shows
# make test   set up .venv and run every check: format, lint, types, tests
# make check  the same without the set-up, with the Python that is active
# make browser  set up .venv and open pages in chromium, which has to be installed
# make spark  set up .venv and scan on Apache Spark, for which Java has to be installed
# make slow   set up .venv and run the tests that take minutes together: every moment of a kill, many nights, laws on many examples
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test check browser spark slow format clean

demo: $(VENV)/.demo
	$(BIN)/dedup scan data/sample --report demo-report.json
	$(BIN)/dedup show demo-report.json

test: $(VENV)/.test
	$(MAKE) --no-print-directory check RUN=$(BIN)/

check:
	$(RUN)ruff format --check .
	$(RUN)ruff check .
	$(RUN)mypy
	$(RUN)pytest -n auto

browser: $(VENV)/.test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev,browser]'
	$(BIN)/pytest -m browser -rs

spark: $(VENV)/.test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev,spark]'
	$(BIN)/pytest tests/engines/spark -m 'spark or not spark' -rs

slow: $(VENV)/.test
	$(BIN)/pytest -n auto -m slow
	$(BIN)/pytest -n auto -m 'law and not slow' --hypothesis-profile=thorough

format:
	$(RUN)ruff format .
	$(RUN)ruff check --fix .

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.test: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@ $(VENV)/.demo

clean:
	rm -rf $(VENV) demo-report.json
