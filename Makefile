# Two commands are all a newcomer needs: `make run` and `make test`. Each installs what is missing and says why.
# The work is in scripts/, so that a person can read and run one step by itself.

.DEFAULT_GOAL := help
.PHONY: help run test check bench fuzz package icons screenshots setup api-types
# The steps share one build folder and two cores are common: one after another is faster than all at once.
.NOTPARALLEL:

help: ## What can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Build and start the app: a window, or a link for a browser where there is no display
	@scripts/run.sh

test: ## Run every test there is
	@scripts/test.sh

check: ## Format, lints, types, licences and advisories
	@scripts/check.sh

bench: ## Measure, each figure beside its limit
	@scripts/bench.sh

fuzz: ## Feed the readers of foreign input with random bytes, ten minutes each (SECONDS=n for another time)
	@scripts/fuzz.sh $(or $(SECONDS),600)
	@MOLECULE_CASES=5000 cargo test -p org-template --test org random

package: ## Bundle .deb and .rpm packages (on macOS: .app and .dmg)
	@scripts/package.sh

api-types: ## Write the OpenAPI document anew, and the canvas's types from it
	@cargo run --quiet -p api --example openapi >target/openapi.json && mv target/openapi.json src-tauri/crates/api/openapi.json
	@npm --prefix ui run --silent gen:api

icons: ## Draw every size of the icon from icons/*.svg
	@node scripts/icons.mjs

screenshots: ## Take the pictures in docs/screenshots anew
	@scripts/screenshots.sh

setup: ## Install what is missing for everything above
	@scripts/setup test
