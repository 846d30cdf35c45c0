# Everything runs in an environment of the project's own, made on first use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out
INPUT ?=

.PHONY: demo test bench docs notebook clean
.SILENT:

$(VENV)/base: pyproject.toml
	echo "== making the environment $(VENV)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/test: $(VENV)/base
	echo "== installing what the tests need"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@

$(VENV)/bench: $(VENV)/base
	echo "== installing the peers of the benchmarks"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	touch $@

demo: $(VENV)/base
	echo "== laying a forest out as training data"
	$(BIN)/forestlib demo $(if $(INPUT),--input $(INPUT)) -o $(OUT)

test: $(VENV)/test
	echo "== formatting and lint"
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	echo "== types"
	$(BIN)/mypy
	echo "== tests, doctests, the code in README and docs, the notebooks"
	$(BIN)/python -m pytest

bench: $(VENV)/bench
	$(BIN)/python -m benchmarks.model
	$(BIN)/python -m benchmarks.files
	$(BIN)/python -m benchmarks.anchors
	$(BIN)/python -m benchmarks.opposites

docs: $(VENV)/test
	$(BIN)/sphinx-build -W -q -b html docs docs/_build/html
	echo "docs/_build/html/index.html"

clean:
	rm -rf $(VENV) docs/_build out
