# One verb per thing a person does here; `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= python3
ENVIRONMENT ?= default
# How Hypothesis draws examples: the same in each run, or `random`.
export HYPOTHESIS ?= derandomized
# Bytecode is kept, also where a container's environment says otherwise: each test process compiles every test.
export PYTHONDONTWRITEBYTECODE :=
BIN := .venv/bin
READY := .venv/.ready
# Twice the cores of a small machine: a test that starts an emulator waits for almost half of its time.
TEST_PROCESSES ?= 4
# In the order of tests/conftest.py: long files first.
PYTEST = $(BIN)/python -m pytest --numprocesses $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder
SAM := .venv-sam/bin/sam
SAM_READY := .venv-sam/.ready
AWS_CLI_READY := .venv-aws/.ready
LOCK_READY := .venv-lock/.ready
LOCKED := $(wildcard requirements/*.txt functions/*/requirements.txt) layers/reputation/src/requirements.txt
# Only files whose hash stands beside their pin, nothing that has to be built, and nothing that is not listed: pip
# would take a dependency's extras for something without a pin.
INSTALL := pip install --quiet --no-deps --require-hashes --only-binary :all:
CHECKOV := .venv-checkov/bin/checkov
CHECKOV_READY := .venv-checkov/.ready

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export SAM_CLI_TELEMETRY := 0

.PHONY: help demo picture test test-fast check lock assets build deploy connect acceptance bench simulate fuzz parameters clean region

help: ## list these verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-10s %s\n", $$1, $$2}'

demo: $(READY) ## run the whole pipeline on this machine, and show its ledger and its snapshot
	@$(BIN)/ses-reputation demo --statements demo-statements

picture: $(READY) ## take the README's picture of the owner's statement that make demo wrote
	@$(BIN)/python -m tests.browser.picture demo-statements/owner-111122223333/statement.html docs/images/statement.png

test: $(READY) $(SAM_READY) $(AWS_CLI_READY) ## run every test that needs nothing outside this machine
	$(PYTEST)

test-fast: $(READY) ## run the tests that start no emulator and no SAM CLI: for daily work
	$(PYTEST) -m "not local_aws and not sam"

check: $(READY) $(SAM_READY) $(CHECKOV_READY) ## lint, format, types, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/cfn-lint
	$(BIN)/cfn-lint --regions us-east-1 eu-central-1 --template docs/recipes/*.yaml
	$(SAM) validate --lint
	$(SAM) validate --lint --template-file accounts/identity-owner.yaml
	$(SAM) validate --lint --template-file accounts/delegate-sender.yaml
	$(CHECKOV)

# Said before the minute that a build takes, and not by SAM after it.
region: $(READY)
	@$(BIN)/python -m console.deploy_region $(ENVIRONMENT) $(PROFILE)

build: $(SAM_READY) ## build the functions and the layer with the SAM CLI
	$(SAM) build --config-env $(ENVIRONMENT)

deploy: region build ## deploy to AWS; ENVIRONMENT=default|staging|prod names a section of samconfig.toml
	$(SAM) deploy --config-env $(ENVIRONMENT)

connect: region build ## deploy an owner's or delegate's side; ENVIRONMENT as `accounts add` names it, PROFILE of that account
	$(SAM) deploy --config-env $(ENVIRONMENT) $(if $(PROFILE),--profile $(PROFILE))

acceptance: $(READY) build ## try the stack in a real account, then remove it; PROFILE of that account
	@$(if $(REGION),AWS_REGION=$(REGION)) $(BIN)/python -m tests.acceptance $(strip \
		$(if $(PROFILE),--profile $(PROFILE)) $(if $(OTHER_PROFILE),--other-profile $(OTHER_PROFILE)) \
		$(if $(FROM),--from $(FROM)) $(if $(OPT_IN_REGION),--opt-in-region $(OPT_IN_REGION)) \
		$(if $(ALARM_HOURS),--alarm-hours $(ALARM_HOURS)) $(if $(YES),--yes) $(if $(REMOVE),--remove $(REMOVE)))

bench: $(READY) ## measure what the pipeline costs, and write docs/benchmarks.md and docs/capacity.md
	$(BIN)/python -m benchmarks properties
	$(BIN)/python -m benchmarks.page

simulate: $(READY) ## simulate years of mail: false alarms and delays of standings and findings (some ten minutes)
	$(BIN)/python -m benchmarks.simulation --write

fuzz: $(READY) ## try random examples of all properties, and read a million damaged notifications
	HYPOTHESIS=random PROPERTY_EXAMPLES=1000 $(PYTEST) tests/property tests/unit
	$(BIN)/python -m benchmarks fuzz

lock: $(LOCK_READY) ## write beside each pin the hashes of its files, after you changed a pin
	.venv-lock/bin/python requirements/lock.py $(LOCKED)

parameters: $(READY) ## write docs/parameters.md anew, after you changed a parameter of a template
	$(BIN)/python -m tests.support.parameters_page

assets: ## bundle what the statement draws its charts with, after you changed a version of it
	cd requirements/assets && npm ci --silent && node build.js

clean: ## remove what the other verbs made
	rm -rf .venv .venv-sam .venv-aws .venv-checkov .venv-lock .venv-runtime requirements/assets/node_modules .aws-sam .local-aws demo-statements .hypothesis .mypy_cache .pytest_cache .ruff_cache

$(READY): pyproject.toml requirements/dev.txt requirements/local-aws.txt layers/reputation/src/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.13 ...")'
	@echo "Installing the pinned packages into .venv (once) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/$(INSTALL) --requirement requirements/dev.txt
	@$(BIN)/$(INSTALL) --requirement requirements/local-aws.txt
	@$(BIN)/pip install --quiet --no-build-isolation --no-deps --editable .
	@touch $@

$(SAM_READY): requirements/sam.txt
	@echo "Installing the SAM CLI into .venv-sam (once) ..."
	@$(PYTHON) -m venv .venv-sam
	@.venv-sam/bin/$(INSTALL) --requirement requirements/sam.txt
	@touch $@

$(AWS_CLI_READY): requirements/aws-cli.txt
	@echo "Installing the AWS CLI into .venv-aws (once) ..."
	@$(PYTHON) -m venv .venv-aws
	@.venv-aws/bin/$(INSTALL) --requirement requirements/aws-cli.txt
	@touch $@

$(CHECKOV_READY): requirements/checkov.txt
	@echo "Installing checkov into .venv-checkov (once) ..."
	@$(PYTHON) -m venv .venv-checkov
	@.venv-checkov/bin/$(INSTALL) --requirement requirements/checkov.txt
	@touch $@

$(LOCK_READY): requirements/lock.txt
	@$(PYTHON) -m venv .venv-lock
	@.venv-lock/bin/$(INSTALL) --requirement requirements/lock.txt
	@touch $@
