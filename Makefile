.PHONY: run test bench fuzz

run: ## the quickstart
	go run ./examples/quickstart

test: ## every check
	bash .ci/test

bench: ## the benchmarks, beside those of other libraries
	go test -run '^$$' -bench . -benchmem ./...
	cd examples/benchmarks && go test -run '^$$' -bench . -benchmem ./...

fuzz: ## each fuzz target for FUZZTIME (30s)
	bash .ci/fuzz $(FUZZTIME)
