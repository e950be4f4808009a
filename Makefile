# RMSProp Lab. `make` lists what there is to make.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

BIN := .venv/bin
LAB := rmsprop_lab/lab
JS := $(LAB)/js
PEERS := bench/npm/node_modules/.installed
HOSTS := $(patsubst tests/hosts/environments/%.txt, .venv-hosts/%/.installed, $(wildcard tests/hosts/environments/*.txt))
SETTINGS := .venv/share/jupyter/lab/settings/overrides.json
export PATH := $(CURDIR)/$(BIN):$(PATH)
unexport PYTHONDONTWRITEBYTECODE  # or every process of the tests compiles the sources anew

# The first Python from 3.11 to 3.13 there is.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)

# What `make versions` tries: which requirements in tests/versions, and on which Python.
VERSIONS := lowest-3.11 colab-3.13 newest-3.12 newest-3.13
TESTED := rmsprop_lab tests/algebra tests/checking tests/lab tests/networks tests/objectives tests/speed \
  $(filter-out $(addprefix tests/test_, adding.py kernels.py repository.py types.py), $(wildcard tests/test_*.py))

PACKAGE := $(shell find rmsprop_lab -name '*.py')
CONTRACT := $(JS)/src/model/contract.ts
VIEW := $(filter-out $(CONTRACT), $(shell find $(JS)/src -type f)) $(addprefix $(JS)/, build.mjs package.json package-lock.json)
HANDOUTS := $(wildcard $(addprefix classroom/, errors.py files.py course/*.py checks/*.py assignments/*.*))
# What a page is made of; MEASURED are the files elsewhere that pages read.
PAGES := _toc.yml $(shell find book -type f -not -name '*.py' -not -path '*/.*' -not -path '*/__pycache__/*')
MEASURED := bench/network.json $(wildcard tests/goldens/*.json)

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: book
book: _build/.book ## Build the book into _build/html
	@echo "Open _build/html/index.html"

.PHONY: zip
zip: _build/.book ## Pack the built book into one archive
	@$(BIN)/python -m tools.pack

.PHONY: pdf
pdf: _build/.book .venv/browser .venv-print/.installed ## Print the built book as one PDF
	.venv-print/bin/python -m tools.print_book

.PHONY: test
test: check _build/.book .venv/browser .venv/sandbox $(SETTINGS) ## Set up a browser and run every test
	$(BIN)/python -m pytest --numprocesses 3 --dist loadgroup

.PHONY: quick
quick: .venv/.dev $(LAB)/static/.built ## The tests that need no browser and no sandbox: the loop to work in
	$(BIN)/python -m pytest -q --numprocesses 2 --dist loadgroup -m "not slow" --ignore tests/browser

.PHONY: lab
lab: _build/lab/.copied $(SETTINGS) ## Open the chapters as notebooks in JupyterLab
	@echo "A chapter is made anew with the book: save what you want to keep under another name."
	$(BIN)/jupyter lab _build/lab $$([ $$(id -u) = 0 ] && echo --allow-root)

.PHONY: check
check: .venv/.dev $(LAB)/static/.built $(CONTRACT) ## Formatting, lint, types, import direction, spelling
	@$(BIN)/ruff format --check --quiet . || { echo "run 'make format'"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@found=$$($(BIN)/lint-imports --no-cache) || { echo "$$found"; exit 1; }
	@cd $(JS) && node_modules/.bin/tsc && node_modules/.bin/prettier --check --log-level warn .
	@found=$$(cd $(JS) && node_modules/.bin/oxlint) || { echo "$$found"; exit 1; }
	@$(BIN)/codespell

.PHONY: format
format: .venv/.dev $(LAB)/static/.built ## Format the code
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --fix --quiet .
	@cd $(JS) && node_modules/.bin/prettier --write --log-level warn .

.PHONY: goldens
goldens: .venv-goldens/.installed ## Ask the libraries for the golden values anew (in .venv-goldens)
	.venv-goldens/bin/python tests/goldens/generate.py
	.venv-goldens/bin/python tests/goldens/network.py

.PHONY: torch
torch: .venv-goldens/.installed $(LAB)/static/.built ## Solve the handouts for PyTorch with it (in .venv-goldens), and grade them
	$(BIN)/python -m pytest -q tests/classroom/grading/test_by_numbers.py -k pytorch_itself

.PHONY: bench
bench: _build/.book .venv/browser .venv-goldens/.installed .venv-nbgrader/.installed .venv-ipympl/.installed $(PEERS) ## Measure all beside their peers, into bench/results.md
	$(BIN)/python -m bench

.PHONY: notebooks
notebooks: _build/.book .venv-notebooks/.installed ## Run every notebook where only the package is
	@rm -rf _build/solved
	@$(BIN)/python -m classroom release --solutions --out _build/solved --secret _build/solved/secret.txt
	OPENBLAS_NUM_THREADS=1 .venv-notebooks/bin/python tools/run_notebooks.py \
	  _build/html/book/chapters/*.ipynb _build/solved/*-solutions.ipynb

.PHONY: hosts
hosts: _build/.book .venv/browser $(HOSTS) ## Try the lab in every host and browser; renew the book's table of them
	@$(BIN)/python tools/find_other_browsers.py
	HOSTS=1 $(BIN)/python -m pytest tests/hosts

.PHONY: kernels
kernels: .venv/.installed $(LAB)/static/.built ## Run the chapters as on other processors; list what differs
	$(BIN)/python -m tools.kernels $(CHAPTER)

.PHONY: picture
picture: _build/.book .venv/browser ## Take the README's picture anew
	$(BIN)/python -m tools.take_picture

LOCK := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --fork-strategy fewest \
  --generate-hashes --no-strip-extras --quiet --custom-compile-command 'make lock'
COMPILE := $(BIN)/uv pip compile pyproject.toml tests/versions/tests.in --extra notebook --quiet --no-annotate --no-header

.PHONY: lock
lock: .venv/.dev ## Pin all requirements anew from pyproject.toml, with uv
	$(LOCK) --all-extras --output-file requirements-dev.txt
	$(LOCK) --extra book --extra classroom --constraint requirements-dev.txt --no-annotate \
	  --output-file requirements.txt
	$(COMPILE) --python-version 3.11 --resolution lowest-direct --output-file tests/versions/lowest.txt
	$(COMPILE) --python-version 3.12 --upgrade --output-file tests/versions/newest.txt
	$(COMPILE) --python-version 3.13 --constraint tests/versions/colab.in --output-file tests/versions/colab.txt

.PHONY: wheel
wheel: .venv/.dev .versions/colab-3.13/.installed ## Build sdist and wheel into dist, and try them as a stranger does
	@rm -rf dist
	@$(BIN)/python -m build --no-isolation
	@$(BIN)/uv tool run --quiet twine@7.0.0 check --strict dist/*
	$(BIN)/python -m pytest -q tests/installing.py

.PHONY: versions
versions: $(VERSIONS:%=.versions/%/.installed) $(LAB)/static/.built ## The package's tests on the lowest and the newest versions, and on each Python
	@for one in $(VERSIONS); do echo "$$one"; \
	  .versions/$$one/bin/python -m pytest -q --numprocesses 2 --dist loadgroup -m "not slow" \
	    -W default::DeprecationWarning $(TESTED) || exit 1; done

.PHONY: clean
clean: ## Remove what was built (the virtual environment stays)
	rm -rf _build dist $(LAB)/static $(CONTRACT) $(JS)/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis


.venv/.installed: requirements.txt
	@[ -n "$(PYTHON)" ] || { echo "RMSProp Lab needs Python 3.11, 3.12 or 3.13; none was found. Install one, or name it: make PYTHON=/path/to/python"; exit 1; }
	@echo "Installing what builds the book into .venv, with $$($(PYTHON) --version) (about a minute)"
	@$(PYTHON) -m venv --clear .venv || { echo "Python cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# The same versions, and more.
.venv/.dev: .venv/.installed requirements-dev.txt
	@echo "Installing what tests, checks and JupyterLab need besides"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# uv finds the Python that the name ends with, or fetches it.
.versions/%/.installed: tests/versions/lowest.txt tests/versions/newest.txt tests/versions/colab.txt | .venv/.dev
	@$(BIN)/uv venv --quiet --clear --python $(lastword $(subst -, ,$*)) .versions/$*
	@$(BIN)/uv pip install --quiet --python .versions/$* -r tests/versions/$(firstword $(subst -, ,$*)).txt
	@touch $@

.venv-goldens/.installed: tests/goldens/requirements.txt
	@$(PYTHON) -m venv --clear .venv-goldens
	@.venv-goldens/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

.venv-print/.installed: tools/print-requirements.txt
	@$(PYTHON) -m venv --clear .venv-print
	@.venv-print/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

.venv-nbgrader/.installed: bench/nbgrader-requirements.txt
	@$(PYTHON) -m venv --clear .venv-nbgrader
	@.venv-nbgrader/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

.venv-ipympl/.installed: bench/ipympl-requirements.txt
	@$(PYTHON) -m venv --clear .venv-ipympl
	@.venv-ipympl/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

# The wheel with its extra, what runs a notebook, and nothing of the clone.
.venv-notebooks/.installed: pyproject.toml $(LAB)/static/.built $(PACKAGE)
	@rm -rf _build/wheel
	@$(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir _build/wheel .
	@$(PYTHON) -m venv --clear .venv-notebooks
	@.venv-notebooks/bin/pip install --quiet --disable-pip-version-check "$$(ls $(CURDIR)/_build/wheel/*.whl)[notebook]" nbclient==0.11.0 ipykernel==7.4.0
	@touch $@

# Where one cannot be had the others are tried all the same, and the table says so.
.venv-hosts/%/.installed: tests/hosts/environments/%.txt
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/pip install --quiet --disable-pip-version-check -r $< && touch $@ || rm -rf $(@D)

$(PEERS): bench/npm/package-lock.json .venv/.installed
	@cd $(<D) && npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

$(SETTINGS): book/jupyterlab.json .venv/.dev
	@mkdir -p $(@D) && cp $< $@

$(CONTRACT): $(LAB)/contract.py rmsprop_lab/style.py tools/contract.py | .venv/.installed
	@$(BIN)/python -m tools.contract > $@

# What every wheel and every editable install does, too; it installs the view's packages where they are not.
$(LAB)/static/.built: .venv/.installed hatch_build.py $(VIEW)
	@$(BIN)/hatchling build --target wheel --hooks-only
	@touch $@

# What a chapter prints is kept for its code and the files it reads; with another package or setting all run anew.
_build/.chapters: $(LAB)/static/.built $(PACKAGE) _config.yml $(wildcard book/_ext/*.py)
	@rm -rf _build/.jupyter_cache _build/.book
	@mkdir -p $(@D) && touch $@

# Where the last build did not come to its end, its pages cannot be trusted.
_build/.book: _build/.chapters $(PAGES) $(MEASURED) $(HANDOUTS)
	@[ -e $@ ] || rm -rf _build/html _build/.doctrees
	@rm -f $@
	@$(BIN)/python -m tools.build_book .
	@touch $@

_build/lab/.copied: _build/.book
	@mkdir -p $(@D) && cp _build/html/book/chapters/*.ipynb $(@D)
	@touch $@

.venv/browser: .venv/.dev tools/find_browser.py
	@$(BIN)/python tools/find_browser.py $@

.venv/sandbox: .venv/.dev tools/find_sandbox.py | .venv/browser
	@$(BIN)/python -m tools.find_sandbox $@
