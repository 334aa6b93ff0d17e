// Package web serves the page at /: GraphiQL with the explorer, the history,
// example tabs and a token field, bundled and embedded, so that it works with
// no network and under a strict Content-Security-Policy.
//
// The sources are in graphiql; the built files are committed in dist, so that
// building the gateway needs no Node. To rebuild them after a change:
//
//	cd web/graphiql && npm ci && npm run build
//
// and web/check.sh tells whether dist is what the sources give.
//
// internal/app mounts Handler. web imports only the standard library, and
// nothing of the gateway: it knows neither callers nor the schema.
package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// csp lets the page load and speak to its own origin only. Monaco writes style
// elements and starts its workers from blobs, and GraphiQL's style sheet holds
// its fonts, hence the exceptions for these three.
const csp = "default-src 'none'; script-src 'self'; worker-src 'self' blob:; " +
	"style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; connect-src 'self'; " +
	"frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// Config is what the page learns from the gateway when it starts.
type Config struct {
	// Personas are the callers a visitor may choose from, with their tokens.
	// Anybody who can load the page can read them: set them in the demo only.
	Personas []Persona
	// Examples are the operations offered as tabs; nil means Examples(Now()).
	Examples []Example
	// Now is the clock for the dates of the default examples; nil means the
	// machine's. The demo sets it to the demo company's today.
	Now func() time.Time
}

// Persona is a demo caller.
type Persona struct {
	// Name is what the persona select shows, such as HR.
	Name string `json:"name"`
	// NameJa is the name for readers of Japanese; Name if empty.
	NameJa string `json:"nameJa,omitempty"`
	// Token is the bearer token.
	Token string `json:"token"`
	// Description says in a sentence what this persona sees.
	Description string `json:"description"`
	// DescriptionJa is the same for readers of Japanese.
	DescriptionJa string `json:"descriptionJa,omitempty"`
}

// pageConfig is the body of config.json.
type pageConfig struct {
	Personas []Persona `json:"personas"`
	Examples []Example `json:"examples"`
}

// Handler serves the page at /, its files and config.json; everything else is
// 404. It needs no authentication: without a token the page only says how to
// get one. It is safe for concurrent use.
func Handler(cfg Config) http.Handler {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", csp)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "the page is read with GET; GraphQL is at /graphql", http.StatusMethodNotAllowed)
			return
		}
		switch r.URL.Path {
		case "/":
			serveFile(w, r, "index.html")
		case "/config.json":
			serveConfig(w, cfg)
		default:
			serveFile(w, r, strings.TrimPrefix(r.URL.Path, "/"))
		}
	})
}

func serveConfig(w http.ResponseWriter, cfg Config) {
	page := pageConfig{Personas: cfg.Personas, Examples: cfg.Examples}
	if page.Personas == nil {
		page.Personas = []Persona{}
	}
	if page.Examples == nil {
		page.Examples = Examples(cfg.Now())
	}
	body, err := json.Marshal(page)
	if err != nil {
		// Only an example whose variables are not JSON can get here.
		http.Error(w, "the page's configuration is faulty", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(body) // the client is gone: nobody to tell
}
