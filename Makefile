# The verbs of this project. Each does its own set-up first, so the first one that you type works.
.DEFAULT_GOAL := help
.PHONY: help setup up down status test smoke lint fmt bench generate lock images scan lambda deploy undeploy clean

FACTORY := .venv/bin/factory

help: ## Say what each verb does
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install everything: .venv from the lock, Prometheus and Alertmanager from the system's packages
	@scripts/setup

up: setup ## Start the factory and watch it (options: make up ARGS="--machines 200 --for 120")
	@$(FACTORY) up $(ARGS)

down: ## Stop the factory from another terminal
	@$(FACTORY) down $(ARGS)

status: ## Say how the factory is from another terminal
	@$(FACTORY) status $(ARGS)

test: setup ## Run all tests, with the real programs (options: make test ARGS="-m 'not e2e'")
	@scripts/test $(ARGS)

lint: setup ## Check style, types, layers, alert rules, generated files, GitHub's workflows
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-cache
	@$(FACTORY) dashboards generate --check
	@scripts/lint-workflows

smoke: setup ## Build the images and try the factory in containers (options: ARGS="--without-models")
	@scripts/images
	@scripts/compose-smoke $(ARGS)

fmt: setup ## Put the code into its form
	@.venv/bin/ruff check --fix --quiet .
	@.venv/bin/ruff format .

bench: setup ## Measure the hot paths, each as a ratio to a named baseline
	@$(FACTORY) bench $(ARGS)

generate: setup ## Write again what is made from code: dashboards, alert rules, the scenarios' schema, containers' settings, root and tables of Terraform
	@$(FACTORY) dashboards generate
	@.venv/bin/python -P -m factory.compose.settings_table
	@.venv/bin/python -P -m factory.terraform_root
	@.venv/bin/python -P -m factory.terraform_docs
	@$(FACTORY) scenario schema > simulator/scenarios/scenario.schema.json
	@$(FACTORY) lake tables --json --location s3://smart-factory-lake --plant plant > terraform/modules/lake/tables.json
	@for question in maintenance/lake/sql/*.sql; do name=$$(basename $$question .sql); \
	  $(FACTORY) lake query --named $$name --text > terraform/modules/lake/questions/$$name.sql; done

lock: setup ## Resolve requirements.lock and those of the images again from pyproject.toml (needs uv)
	@uv pip compile --quiet pyproject.toml --all-extras --generate-hashes --no-emit-index-url --universal \
	  --python-version 3.11 --no-header --output-file requirements.lock
	@scripts/lock-images

images: ## Build the containers' images with docker or podman (options: make images ARGS="rules mail")
	@scripts/images $(ARGS)

scan: setup ## Look for secrets, known holes and bad style in the images
	@scripts/scan-images

lambda: setup ## Build the zip of the fleet's function for Terraform, the same bytes each time
	@.venv/bin/python -P -m maintenance.fleet.zip build/fleet-function.zip

deploy: setup ## Walk from an empty account to a factory on AWS, and go on where it stopped (options: ARGS="--plan")
	@$(FACTORY) deploy $(ARGS)

undeploy: setup ## Take a plant on AWS away, with its data (options: ARGS="--plan", ARGS="--with-data")
	@$(FACTORY) undeploy $(ARGS)

clean: ## Remove what set-up and tests made (the factory's data in ./var stays)
	@rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
