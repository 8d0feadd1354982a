# make demo and make test do everything a fresh Debian machine needs; the other targets are for developers.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
JOBS ?= $(shell nproc)
# Real recordings: a folder named by HEARTSIGHT_DATA, or shared/data beside the checkout.
HEARTSIGHT_DATA ?= $(shell d="$$(dirname "$(CURDIR)")/shared/data"; [ -d "$$d" ] && echo "$$d")
export HEARTSIGHT_DATA
export CMAKE_BUILD_PARALLEL_LEVEL = $(JOBS)

.PHONY: demo test lint sanitize sanitize-parsers thread-sanitize fuzz bench docs build train clean venv venv-dev system

system:
	@tools/bootstrap.sh

$(VENV)/base.stamp: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install -q -c constraints.txt numpy typer rich nanobind scikit-build-core
	@touch $@

$(VENV)/dev.stamp: $(VENV)/base.stamp
	$(PY) -m pip install -q -c constraints.txt $$($(PY) tools/list_group.py dev)
	@touch $@

venv: $(VENV)/base.stamp
venv-dev: $(VENV)/dev.stamp

# Library, C++ tests and the Python extension (which lands inside python/heartsight).
build: system venv
	cmake --preset dev >/dev/null
	cmake --build --preset dev

# The demo needs the extension alone: no test, no peer, no training package.
demo: system venv
	cmake --preset dev >/dev/null
	cmake --build --preset dev --target _core
	PYTHONPATH=python $(PY) -m heartsight.demo --out demo $(if $(HEARTSIGHT_DATA),--data "$(HEARTSIGHT_DATA)")

test: build venv-dev
	@[ -n "$$HEARTSIGHT_DATA" ] || echo "HEARTSIGHT_DATA names no folder: tests on real recordings are SKIPPED"
	tools/run_ctest.sh dev -j $(JOBS)
	$(PY) -m pytest tests/python
	tests/install/run.sh

lint: build venv-dev
	tools/check_format.sh
	$(VENV)/bin/ruff check python tests tools bench fuzz examples
	$(VENV)/bin/ruff format --check python tests tools bench fuzz examples
	$(VENV)/bin/mypy
	$(PY) tools/check_layers.py
	$(PY) tools/make_stubs.py --check
	cmake --build --preset dev --target all_verify_interface_header_sets

# ASan and UBSan over all C++ tests, the corpora of every parser included.
sanitize: system venv
	cmake --preset sanitize >/dev/null
	cmake --build --preset sanitize
	tools/run_ctest.sh sanitize -j $(JOBS)

# The parsers alone: what continuous integration can afford on every change.
sanitize-parsers: system venv
	cmake --preset sanitize >/dev/null
	cmake --build --preset sanitize --target io_test models_test pipeline_test
	tools/run_ctest.sh sanitize -j $(JOBS) -R '^(io|models|pipeline)\.'

thread-sanitize: system venv
	cmake --preset thread-sanitize >/dev/null
	cmake --build --preset thread-sanitize --target pipeline_test core_test
	tools/run_ctest.sh thread-sanitize -R '[Tt]hread'

fuzz: venv
	tools/bootstrap.sh --fuzz
	cmake --preset fuzz >/dev/null
	cmake --build --preset fuzz
	tools/run_fuzzers.sh

bench: system venv
	tools/bootstrap.sh --bench
	tools/run_bench.sh

# Guides with mkdocs, the Python reference with pdoc, the C++ reference with Doxygen: all from the docstrings.
docs: build venv-dev
	tools/bootstrap.sh --docs
	$(PY) -m pip install -q -c constraints.txt -r docs/requirements.txt
	$(VENV)/bin/mkdocs build --strict --quiet
	PYTHONPATH=python $(VENV)/bin/pdoc -o site/api/python heartsight heartsight._core heartsight.training
	doxygen docs/Doxyfile
	@echo "docs: site/index.html, site/api/python/index.html, site/api/cpp/index.html"

# The default model again, from the recordings that HEARTSIGHT_DATA names.
train: build venv-dev
	PYTHONPATH=python $(PY) -m heartsight train ecg --data "$(HEARTSIGHT_DATA)/ptbxl_waveforms" \
	  --config models/ecg-superclass.params.yaml --out models/ecg-superclass.heartsight

clean:
	rm -rf build demo site dist
