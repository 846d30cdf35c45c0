# Everything runs in an environment of the project's own, made on first use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out
INPUT ?=

.PHONY: demo test test-torch bench stitch docs notebook clean
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

$(VENV)-torch/test: pyproject.toml
	echo "== making the environment $(VENV)-torch, with torch"
	$(PYTHON) -m venv $(VENV)-torch
	$(VENV)-torch/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(VENV)-torch/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[test,hf,parquet,train]'
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
	$(BIN)/python -m pytest -n auto --dist loadfile

test-torch: $(VENV)-torch/test
	echo "== tests that need torch"
	$(VENV)-torch/bin/python -m pytest -n auto --dist loadfile $$(find tests -name 'test_*_torch.py')

bench: $(VENV)/bench
	$(BIN)/python -m benchmarks.model
	$(BIN)/python -m benchmarks.files
	$(BIN)/python -m benchmarks.corpus
	$(BIN)/python -m benchmarks.anchors
	$(BIN)/python -m benchmarks.opposites
	$(BIN)/python -m benchmarks.tokens
	$(BIN)/python -m benchmarks.packing
	$(BIN)/python -m benchmarks.treepacks

stitch: $(VENV)-torch/test
	echo "== training small models on what forestlib lays out"
	$(VENV)-torch/bin/python -m benchmarks.stitching --check

docs: $(VENV)/test
	$(BIN)/sphinx-build -W -q -b html docs docs/_build/html
	echo "docs/_build/html/index.html"

clean:
	rm -rf $(VENV) $(VENV)-torch docs/_build out
