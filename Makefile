# Calltab's verbs. `make run` and `make test` need Go alone; `make playground` and `make e2e` also need node and Chromium.
# CI calls the same verbs: .ci/run.

STATICCHECK := go run honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := go run golang.org/x/vuln/cmd/govulncheck@v1.9.0
FUZZTIME    ?= 30s
LOAD        ?= 10s
SOAK        ?= 10m
SIEGE       ?= 1
ONCE        ?= 1000
ROWS        ?= 500
E2E         := internal/bot/e2e
BESIDE      := cmd/calltab/beside
TEAMSCLI    := cmd/calltab/teamscli
OTLP        := cmd/calltab/otlp
BEFORE      ?=
ROUNDS      ?= 7
STRIKES     ?=

# Nothing here needs a C compiler but the race detector.
export CGO_ENABLED = 0
# The same for every verb, so that what one has built serves the others: the Graph SDK takes minutes.
# gin's MessagePack codec, which nothing here speaks, costs 9 MB of program, 3 MiB of memory and half a minute of building.
export GOFLAGS := -trimpath -tags=nomsgpack $(GOFLAGS)

.DEFAULT_GOAL := help
.PHONY: help run test test-cluster race lint vuln fuzz bench bench-turns bench-lookups bench-sync bench-bulk bench-start bench-scale bench-move soak soak-greedy siege siege-once gallery pictures golden playground e2e operation traces build package release release-check

help: ## list the verbs
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{ printf "  make %-13s %s\n", $$1, $$2 }'

run: ## try everything, offline: a chat with a terminal, a tour without one
	go run ./cmd/calltab sandbox

# Tests make many small programs that end at once: memory is cheap for them, and collecting it cost a fifth of the time.
test test-cluster race: export GOGC ?= 300

# Tests wait, too: three at once keep two cores busy. More would make a look-up late, which has 1.5 s of the wall's time
# here. Vet has its own verb, which looks for more.
test: ## run the tests
	go test -vet off -parallel 3 -timeout 20m ./...

# What of cmd/calltab runs beside PostgreSQL. The tests of pgstore are those of `make test` where that had PostgreSQL: with the same
# flags, Go does not repeat what has passed.
CLUSTERED ?= ^Test(.*OnPostgres|DatabasePutBack.*|Scripts)$$/^happy-path$$

test-cluster: ## run the tests of the store in PostgreSQL, which fail where it is missing (STRIKES=30: so often each fault, 3 by default)
	CALLTAB_TEST_CLUSTER=1 go test -vet off -parallel 3 -timeout $(if $(STRIKES),60m,20m) ./internal/provision/pgstore $(if $(STRIKES),-strikes $(STRIKES))
	CALLTAB_TEST_CLUSTER=1 CALLTAB_TEST_POSTGRES=1 go test -vet off -parallel 3 -timeout 20m -run '$(CLUSTERED)' ./cmd/calltab
	CALLTAB_TEST_CLUSTER=1 CALLTAB_TEST_REPLICAS=1 go test -vet off -parallel 3 -timeout 20m -run '^TestScripts$$/^(happy-path|approve|repeated|restart|two-devices|throttling-shared)$$' ./cmd/calltab

# The tests wait as much as they work: four at once keep two cores busy. Vet has its own verb.
# The Graph SDK's models are built plainly: they are generated data without goroutines, and cost a minute otherwise.
# What tries very many cases one after the other, or mostly waits for PostgreSQL, shows the detector nothing that the rest
# does not: without it that took a third of the time.
UNRACED := ^Test(Matrix|Names|HistoryReadsOn|(Trail|Number|Subscriber|Requester)Index(Completed)?|TruthTable|ArchiveCutOff|ShownIsNotRefused|DocketFills|Replay|ExportBegins|AnyRuling|UndoAnyRuling|TakingBackAnyOrdeal|ConnectorAwayForHours|GraphAwayForHours|FullFileSystem|Standbys|Strikes|DamagedPagesAreFound|ChangedLettersAreFound|UnlearnedLines|Leanings|NothingIsDoneOnAGuess|NoNumberIsDropped|Written|TooMuch|Fit|Check.*|Doctor|Init|Backup.*|RefusedBackups|Image|Unit.*|Rehearsal.*|Forget.*|Kubernetes|(Schema|Commands|Doctor|Forget|Move.*)OnPostgres|DatabasePutBack)$$

race: ## run the tests with the race detector (needs a C compiler)
	CGO_ENABLED=1 go test -race -skip '$(UNRACED)' -vet off -gcflags 'github.com/microsoftgraph/msgraph-sdk-go/...=-race=false -N -l' -parallel 4 -timeout 25m ./...

lint: ## gofmt, vet and staticcheck
	@unformatted=$$(gofmt -l cmd internal manifest); test -z "$$unformatted" || { echo "gofmt would change:"; echo "$$unformatted"; exit 1; }
	go vet ./...
	$(STATICCHECK) ./...

vuln: ## look for known vulnerabilities; exits 2 where the database is unreachable
	@out=$$($(GOVULNCHECK) ./... 2>&1) && code=0 || code=$$?; echo "$$out"; \
	if echo "$$out" | grep -q 'fetching vulnerabilities'; then echo "database unreachable"; exit 2; fi; exit $$code

fuzz: ## fuzz each target for FUZZTIME (30s)
	@grep -rHoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' cmd internal manifest | sed -E 's|/[^/]*:func | |' | sort -u | \
	while read -r dir name; do echo "== $$name ($$dir)"; go test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) "./$$dir" || exit 1; done

bench: build ## measure speed and size; the README's figures come from here (LOAD=1m for a full minute)
	go test -run '^$$' -bench '^Benchmark(Speed|Apply)$$' -benchtime 1x -timeout 60m ./cmd/calltab -load $(LOAD)
	go test -run '^$$' -bench . -benchmem -timeout 60m ./internal/...

# Without node or its package the bot beside is left out, and the bench says so.
bench-turns: build ## measure each kind of turn, beside a bot on Microsoft's SDK, and write docs/performance.md (BEFORE=PATH: beside another build)
	@if command -v npm >/dev/null && test ! -d $(BESIDE)/node_modules; then cd $(BESIDE) && npm ci --no-audit --no-fund || true; fi
	go test -run '^$$' -bench '^BenchmarkTurns$$' -benchtime 1x -timeout 60m ./cmd/calltab -rounds $(ROUNDS) -table $(CURDIR)/docs/performance.md -before '$(BEFORE)'

bench-sync: build ## measure reading a tenant of 50,000 people while others talk to the bot
	go test -run '^$$' -bench '^BenchmarkSync$$' -benchtime 1x -timeout 20m ./cmd/calltab

bench-bulk: ## order a list of ROWS (500) people on business time; how fast, in how much memory, and what it costs another person
	go test -run '^$$' -bench '^BenchmarkBulk$$' -benchtime 1x -timeout 60m ./cmd/calltab/internal/stage -bulk-rows $(ROWS)

bench-lookups: ## what each look-up and list costs, and reads, in a small and a large store (LOOKUPS=-lookups-largest: and in a larger one)
	go test -run '^$$' -bench '^Benchmark(Lookups|Trail)$$' -benchtime 1x -timeout 30m ./internal/provision $(LOOKUPS)

bench-start: build ## measure the time to the first answered turn, and write docs/performance.md (BEFORE=PATH: beside another build)
	go test -run '^$$' -bench '^BenchmarkStart$$' -benchtime 1x -timeout 60m ./cmd/calltab -table $(CURDIR)/docs/performance.md -before '$(BEFORE)'

bench-scale: build ## what turns, orders, numbers and people use up in the program and in PostgreSQL, and Updates of several replicas beside plain transactions; writes docs/scale.md
	CALLTAB_TEST_CLUSTER=1 go test -run '^$$' -bench '^BenchmarkUpdates$$' -benchtime 1x -timeout 60m ./internal/provision/pgstore -table $(CURDIR)/docs/scale.md
	CALLTAB_TEST_CLUSTER=1 go test -run '^$$' -bench '^BenchmarkScale$$' -benchtime 1x -timeout 60m ./cmd/calltab -table $(CURDIR)/docs/scale.md

bench-move: build ## move 100,000 numbers and 10,000 orders to PostgreSQL and back, each way cut off and run again, and compare
	CALLTAB_TEST_CLUSTER=1 go test -run '^$$' -bench '^BenchmarkMove$$' -benchtime 1x -timeout 60m ./cmd/calltab

soak: build ## random people, faults and restarts for SOAK (10m) with three seeds over a million numbers; writes docs/performance.md
	go test -run '^$$' -bench '^BenchmarkSoak$$' -benchtime 1x -timeout 120m ./cmd/calltab -soak $(SOAK) -table $(CURDIR)/docs/performance.md

soak-greedy: ## one person at the limit beside twenty others, for SOAK (10m); says how large the store became and how fast the others were served
	go test -run '^$$' -bench '^BenchmarkSoak$$' -benchtime 1x -timeout 120m ./cmd/calltab/internal/stage -soak $(SOAK)

siege: build ## three replicas on PostgreSQL while people order and each fault happens SIEGE (1) times, some twenty minutes each; writes docs/replicas.md (BEFORE=PATH: replicas of another build too; FAULTS=WORDS: only faults with any of these in their names, comma-separated; REST=TIME: so much peace behind each, 25s by default; with these two nothing is written)
	CALLTAB_TEST_CLUSTER=1 go test -run '^$$' -bench '^BenchmarkReplicas$$' -benchtime 1x -timeout 240m ./cmd/calltab -siege $(SIEGE) -faults '$(FAULTS)' $(if $(REST),-rest $(REST)) $(if $(FAULTS)$(REST),,-table $(CURDIR)/docs/replicas.md) -before '$(BEFORE)'

siege-once: build ## bring ONCE (1000) messages and as many presses to three replicas at the same moment; writes docs/replicas.md
	CALLTAB_TEST_CLUSTER=1 go test -run '^$$' -bench '^BenchmarkSameActivity$$' -benchtime 1x -timeout 60m ./cmd/calltab -once $(ONCE) -table $(CURDIR)/docs/replicas.md

gallery: $(E2E)/node_modules ## a picture of every card in every theme, how far down what matters is, and where Tab leads
	node $(E2E)/gallery.js

pictures: $(E2E)/node_modules ## draw the cards that the docs show
	node $(E2E)/pictures.js

golden: ## rewrite the golden files; read the difference as product copy
	go test $$(grep -rlE --include='*_test.go' 'flag\.Bool\("update"' cmd internal manifest | xargs -n1 dirname | sort -u | sed 's|^|./|') -update

playground: build $(E2E)/node_modules ## the bot in Microsoft's Agents Playground
	./bin/calltab sandbox --playground

e2e: build $(E2E)/node_modules $(TEAMSCLI)/node_modules ## drive the bot in headless Chromium, and try every card, the app package and init's commands
	go test -vet off -count 1 -run '^TestInitTeamsCLI$$' ./cmd/calltab
	node $(E2E)/run.js

operation: ## cause every fault that an alert is for, beside a real Prometheus, and run the dashboard's queries (needs Debian's prometheus and postgresql, and prometheus-alertmanager to send alerts on)
	@if ! command -v prometheus >/dev/null || ! command -v promtool >/dev/null; then echo "skipped: there is no prometheus here (apt-get install prometheus)"; exit 0; fi; \
	(cd deploy/prometheus && promtool check rules alerts.yaml && promtool test rules alerts_test.yaml) && \
	if ! command -v prometheus-alertmanager >/dev/null || ! command -v amtool >/dev/null; then echo "nobody is told of alerts: there is no Alertmanager here (apt-get install prometheus-alertmanager)"; \
	else amtool check-config deploy/alertmanager/alertmanager.yml; fi && \
	CALLTAB_OPERATION=1 CALLTAB_TEST_CLUSTER=1 go test -count 1 -timeout 20m -run '^TestOperation$$' ./cmd/calltab/internal/stage

# OpenTelemetry's own receiver is a module of its own, with gRPC: a first run builds for some minutes.
traces: build ## send the traces of a tour to OpenTelemetry's own receiver, and read what it has understood
	cd $(OTLP) && CALLTAB_PROGRAM=$(CURDIR)/bin/calltab go test -count 1 ./...

# Symbol tables that nobody reads cost a third of what is left; a stack trace names its functions without them.
build: ## build bin/calltab
	go build -ldflags "-s -w" -o bin/calltab ./cmd/calltab

release: ## make a release of what is committed: programs, what is in them, checksums (ARCHS="amd64 arm64")
	deploy/release

release-check: ## make that release a second time, elsewhere and from nothing, and compare its bytes
	deploy/release-check

package: build ## write bin/calltab.zip for CALLTAB_APP_ID
	./bin/calltab package -o bin/calltab.zip

$(E2E)/node_modules: $(E2E)/package-lock.json
	cd $(E2E) && npm ci --no-audit --no-fund
	@touch $@

# Its scripts would build what keeps a sign-in, and nobody signs in here.
$(TEAMSCLI)/node_modules: $(TEAMSCLI)/package-lock.json
	cd $(TEAMSCLI) && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@
