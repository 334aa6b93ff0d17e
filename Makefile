# Two targets matter: `make check` while working (no network once the modules
# and npm packages are there), `make test` before a merge: it is what CI runs and sets up all it
# needs on a bare Debian machine with Go and Node 20.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

GO ?= go
# Tools live in a module of their own, so that their dependencies stay out of ours.
TOOL := $(GO) tool -modfile=tools/go.mod
PKGS ?= ./...

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "%-10s %s\n", $$1, $$2 }'

.PHONY: test
test: setup check e2e audit browser ## everything, as CI runs it
	@echo "make test: all green"

.PHONY: check
check: format lint vet drift page tidy unit vuln ## formatting, lint, drift, race tests, vulnerabilities
	@echo "make check: all green"

.PHONY: setup
setup: ## install what is missing: redis-server, chromium, node, the npm test kits
	@scripts/setup.sh

.PHONY: demo
demo: ## run the gateway with a simulated company behind it
	$(GO) run ./cmd/hitotsu demo

.PHONY: format
format: ## show what gofumpt and gci would change
	$(TOOL) golangci-lint fmt --diff

.PHONY: fix
fix: ## let gofumpt and gci rewrite the files
	$(TOOL) golangci-lint fmt

.PHONY: lint
lint: ## linters, and the import table
	$(TOOL) golangci-lint run $(PKGS)
	$(GO) test -run '^TestArrows' ./docs

.PHONY: vet
vet:
	$(GO) vet $(PKGS)

.PHONY: generate
generate: ## rebuild the generated Go code
	$(GO) generate ./...
	$(GO) run ./graph/gen

.PHONY: drift
drift: ## fail when generated code is not what its sources give
	scripts/drift.sh

.PHONY: page
page: ## fail when the built GraphiQL page is not what its sources give
	web/check.sh

.PHONY: tidy
tidy: ## fail when go.mod or go.sum is not tidy
	$(GO) mod tidy -diff

.PHONY: unit
unit: ## all Go tests but e2e, with the race detector, in random order; what measures goes without
	$(GO) test -race -shuffle=on $$($(GO) list ./... | grep -vE '/(e2e|bench)(/|$$)')
	$(GO) test -shuffle=on ./bench/...

.PHONY: vuln
vuln: ## known vulnerabilities in code that is called
	scripts/vulncheck.sh $(PKGS)

# Tests that go through every row, switch or query of a table: the race detector
# learns nothing from the hundredth row, and takes four times as long.
MATRICES := ^Test(Coverage|Probe_|Overrides|Explain)

.PHONY: e2e
e2e: ## queries in, answers out, against the whole program over HTTP; each client against its simulator
	$(GO) test -race -shuffle=on -count=1 -skip '$(MATRICES)' ./e2e ./e2e/conformance
	$(GO) test -shuffle=on -count=1 -run '$(MATRICES)' ./e2e
	$(GO) test -shuffle=on -count=1 ./e2e/topology

.PHONY: audit
audit: ## the GraphQL-over-HTTP audit against a running demo
	scripts/with-demo.sh sh -c 'node internal/server/audit/audit.mjs "$${HITOTSU_URL}graphql" demo-hr'

.PHONY: browser
browser: ## GraphiQL in a headless browser against a running demo
	scripts/with-demo.sh node web/browsertest/run.mjs
