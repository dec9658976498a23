module calltab

go 1.26.0

require (
	filippo.io/age v1.3.2 // the audit key in a backup, encrypted with a passphrase
	github.com/Azure/azure-sdk-for-go/sdk/azcore v1.23.3 // tokens as values; Microsoft's
	github.com/Azure/azure-sdk-for-go/sdk/azidentity v1.15.0 // sign-in to Entra in all its ways
	github.com/alecthomas/kong v1.17.0 // command line from a struct, small
	github.com/anishathalye/porcupine v1.3.1 // tests only: can what clients of a store have read be explained
	github.com/gin-gonic/gin v1.12.0 // the endpoint's router
	github.com/go-jose/go-jose/v4 v4.1.8 // JOSE: checks tokens, and signs those of the sandbox
	github.com/go-json-experiment/json v1.27.2 // encoding/json as Go 1.27 has it: reads the same in less than half the time
	github.com/goccy/go-yaml v1.19.2 // the organisation file, with line numbers in errors
	github.com/infracloudio/msbotbuilder-go v0.2.5 // Bot Framework's adapter and schema; its weak parts are replaced through its seams
	github.com/jackc/pgx/v5 v5.13.0 // the store in PostgreSQL; statements sent together, no reflection
	github.com/microsoft/kiota-abstractions-go v1.9.4 // Graph SDK's request options
	github.com/microsoft/kiota-http-go v1.5.6 // the Location of a 202, and the middleware without retries
	github.com/microsoft/kiota-serialization-json-go v1.1.2 // Graph SDK's JSON; the root package that would register it is not linked
	github.com/microsoftgraph/msgraph-sdk-go v1.103.0 // Microsoft Graph; @latest is older than the first version with the phone API
	github.com/microsoftgraph/msgraph-sdk-go-core v1.4.1 // Graph SDK's adapter without its root package
	github.com/nicksnyder/go-i18n/v2 v2.7.0 // the message catalogue, with plurals
	github.com/nyaruka/phonenumbers v1.8.1 // numbers as people write them, by country
	github.com/prometheus/client_golang v1.25.0 // metrics
	go.etcd.io/bbolt v1.5.0 // the embedded store
	golang.org/x/net v0.61.0 // host names with letters beyond ASCII, as DNS has them; what a header may hold
	golang.org/x/term v0.47.0 // is this a terminal, and lines typed in it while cards come
	golang.org/x/text v0.43.0 // language tags of the catalogue
	golang.org/x/tools v0.52.0 // txtar, the scripts' form
	google.golang.org/protobuf v1.36.12 // tests only: reads what is sent as traces
	pgregory.net/rapid v1.3.0 // property tests
	software.sslmate.com/src/go-pkcs12 v0.7.4 // certificates in PFX with SHA-256, which azidentity's reader cannot open
)

require (
	filippo.io/hpke v0.4.0 // indirect
	github.com/Azure/azure-sdk-for-go/sdk/internal v1.13.0 // indirect
	github.com/AzureAD/microsoft-authentication-library-for-go v1.10.1 // indirect
	github.com/beorn7/perks v1.0.1 // indirect
	github.com/bytedance/gopkg v0.1.3 // indirect
	github.com/bytedance/sonic v1.15.0 // indirect
	github.com/bytedance/sonic/loader v0.5.0 // indirect
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/cloudwego/base64x v0.1.6 // indirect
	github.com/decred/dcrd/dcrec/secp256k1/v4 v4.4.0 // indirect
	github.com/gabriel-vasile/mimetype v1.4.12 // indirect
	github.com/gin-contrib/sse v1.1.0 // indirect
	github.com/go-logr/logr v1.4.3 // indirect
	github.com/go-logr/stdr v1.2.2 // indirect
	github.com/go-playground/locales v0.14.1 // indirect
	github.com/go-playground/universal-translator v0.18.1 // indirect
	github.com/go-playground/validator/v10 v10.30.1 // indirect
	github.com/goccy/go-json v0.10.5 // indirect
	github.com/golang-jwt/jwt/v4 v4.5.2 // indirect
	github.com/golang-jwt/jwt/v5 v5.3.1 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/jackc/pgpassfile v1.0.0 // indirect
	github.com/jackc/pgservicefile v0.0.0-20240606120523-5a60cdf6a761 // indirect
	github.com/jackc/puddle/v2 v2.2.3 // indirect
	github.com/json-iterator/go v1.1.12 // indirect
	github.com/klauspost/cpuid/v2 v2.3.0 // indirect
	github.com/kylelemons/godebug v1.1.0 // indirect
	github.com/leodido/go-urn v1.4.0 // indirect
	github.com/lestrrat-go/backoff/v2 v2.0.8 // indirect
	github.com/lestrrat-go/blackmagic v1.0.2 // indirect
	github.com/lestrrat-go/httpcc v1.0.1 // indirect
	github.com/lestrrat-go/iter v1.0.2 // indirect
	github.com/lestrrat-go/jwx v1.2.31 // indirect
	github.com/lestrrat-go/option v1.0.1 // indirect
	github.com/mattn/go-isatty v0.0.20 // indirect
	github.com/modern-go/concurrent v0.0.0-20180306012644-bacd9c7ef1dd // indirect
	github.com/modern-go/reflect2 v1.0.2 // indirect
	github.com/munnerz/goautoneg v0.0.0-20191010083416-a7dc8b61c822 // indirect
	github.com/pelletier/go-toml/v2 v2.2.4 // indirect
	github.com/pkg/browser v0.0.0-20240102092130-5ac0b6a4141c // indirect
	github.com/pkg/errors v0.9.1 // indirect
	github.com/prometheus/client_model v0.6.3 // indirect
	github.com/prometheus/common v0.72.0 // indirect
	github.com/prometheus/procfs v0.22.0 // indirect
	github.com/quic-go/qpack v0.6.0 // indirect
	github.com/quic-go/quic-go v0.59.0 // indirect
	github.com/std-uritemplate/std-uritemplate/go/v2 v2.0.3 // indirect
	github.com/twitchyliquid64/golang-asm v0.15.1 // indirect
	github.com/ugorji/go/codec v1.3.1 // indirect
	go.mongodb.org/mongo-driver/v2 v2.5.0 // indirect
	go.opentelemetry.io/auto/sdk v1.2.1 // indirect
	go.opentelemetry.io/otel v1.43.0 // indirect
	go.opentelemetry.io/otel/metric v1.43.0 // indirect
	go.opentelemetry.io/otel/trace v1.43.0 // indirect
	golang.org/x/arch v0.22.0 // indirect
	golang.org/x/crypto v0.58.0 // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
)
