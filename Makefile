# `make demo` and `make test` need Python 3.11 or newer and a package index, nothing else.
PYTHON ?= python3
CORES ?= $(shell nproc 2>/dev/null || echo 2)
STUDY ?= demo
CONFIG ?= config/$(STUDY).yaml
PAPER ?= gangan
GROUP ?= paper
NAME ?= $(STUDY)
JUDGE ?= $(wildcard results/$(STUDY)/judge/*.csv)
KEPT ?= metrics figures
TARGET ?= $(PAPER)
BIN := .venv/bin

.PHONY: help demo test faults scale bench reference rulegraph lint lock clean

help: ## these targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

.venv: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; make PYTHON=python3.12 demo")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch .venv

demo: .venv ## a paper's small study on embedded digits, minutes on two cores: PAPER=oned, mpgan, ppgn, survey
	$(BIN)/snakemake --profile workflow/profiles/local --cores $(CORES) $(PAPER) --configfile config/demo.yaml
	$(BIN)/snakemake --cores 1 $(PAPER) --configfile config/demo.yaml --report results/demo/report.html --quiet all
	@echo "Made, in results/demo:"
	@cd results/demo && find $(PAPER) report.html -path '*/claims/*' -prune -o '(' -name '*.png' -o -name '*.md' -o -name '*.html' ')' -print | sort

test: .venv ## all tests, on up to eight cores
	$(BIN)/python -m pytest -q -n $(CORES) --maxprocesses 8

faults: .venv ## kill jobs, disks and a SLURM of our own (as root, with slurm-wlm and munge); writes docs/reliability.md
	$(BIN)/python -m pytest -q -m faults --reliability=docs/reliability.md

scale: .venv ## measure planning and packing of up to 10,000 GANs; writes docs/scale.csv
	PYTHONPATH=src:tests $(BIN)/python tests/bench/bench_scale.py docs/scale.csv

bench: .venv ## measure speed against floors and other tools, and how cost grows; writes reference/bench
	PYTHONPATH=src:tests:tests/bench $(BIN)/python tests/bench/bench_speed.py reference/bench

reference: ## keep the small results of a finished study beside the code: STUDY=demo CONFIG=config/demo.yaml PAPER=gangan GROUP=paper NAME=demo KEPT='metrics figures' TARGET=gangan SKIP='*.png'
	rm -rf $(addprefix reference/$(NAME)/,tables $(KEPT))
	mkdir -p reference/$(NAME)/metrics reference/$(NAME)/tables
	cmp -s $(CONFIG) reference/$(NAME)/config.yaml || cp $(CONFIG) reference/$(NAME)/config.yaml
	cd results/$(STUDY)/$(PAPER)/tables/$(GROUP) && cp *.csv *.md $(CURDIR)/reference/$(NAME)/tables
	$(if $(JUDGE),cp $(JUDGE) reference/$(NAME)/metrics)
	cd results/$(STUDY)/$(PAPER) && find $(KEPT) '(' -name '*.csv' -o -name '*.csv.gz' -o -name '*.png' ')' -not -name '$(SKIP)' \
		-exec cp --parents -t $(CURDIR)/reference/$(NAME) '{}' +
	$(BIN)/gangan ledger write $(STUDY) --configfile reference/$(NAME)/config.yaml --target $(TARGET) --output reference/$(NAME)/ledger.json

rulegraph: .venv ## draw the rules of a paper, docs/papers/PAPER.svg (needs graphviz): PAPER=gangan
	$(BIN)/snakemake --rulegraph dot $(PAPER) | tred | dot -Tsvg -o docs/papers/$(PAPER).svg

lint: .venv ## format, style, types, imports, workflow
	$(BIN)/ruff format --check . && $(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/snakemake --lint
	$(BIN)/lint-imports

lock: ## solve the dependencies of pyproject.toml again (needs uv)
	uv pip compile --universal --python-version 3.11 --extra dev --extra docs --no-annotate --no-header --quiet pyproject.toml -o requirements.lock
	sed -i '/- pip:$$/q' environment.yml && sed 's/^/      - /' requirements.lock >> environment.yml

clean: ## remove the environment and the demo's results
	rm -rf .venv results/demo
