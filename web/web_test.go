package web_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/web"
)

// sunday is a day whose eve is no working day.
func sunday() time.Time {
	return time.Date(2026, time.November, 22, 9, 0, 0, 0, time.FixedZone("JST", 9*60*60))
}

// get sends a request with these headers (name, value, name, value ...).
func get(t *testing.T, method, path string, headers ...string) *http.Response {
	t.Helper()
	h := web.Handler(web.Config{Now: sunday})
	req := httptest.NewRequestWithContext(t.Context(), method, "/", http.NoBody)
	// Not through NewRequest, which would refuse or clean some of the paths.
	req.URL.Path = path
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	return rec.Result()
}

func body(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// stored lists the paths that the committed build must be served at.
func stored(t *testing.T) []string {
	t.Helper()
	var paths []string
	err := filepath.WalkDir("dist", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel := strings.TrimPrefix(filepath.ToSlash(path), "dist")
			paths = append(paths, strings.TrimSuffix(rel, ".gz"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) < 10 {
		t.Fatalf("only %d files in dist", len(paths))
	}
	return paths
}

func TestHandler_policyOnEveryAnswer(t *testing.T) {
	t.Parallel()
	const csp = "default-src 'none'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; " +
		"font-src 'self' data:; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; " +
		"base-uri 'none'; form-action 'none'"
	for _, path := range []string{"/", "/config.json", "/favicon.svg", "/nowhere"} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
			h := get(t, method, path).Header
			got := []string{h.Get("Content-Security-Policy"), h.Get("X-Content-Type-Options"), h.Get("Referrer-Policy")}
			if diff := cmp.Diff([]string{csp, "nosniff", "no-referrer"}, got); diff != "" {
				t.Errorf("%s %s (-want +got):\n%s", method, path, diff)
			}
		}
	}
}

func TestHandler_everyStoredFile(t *testing.T) {
	t.Parallel()
	types := map[string]string{
		".html": "text/html; charset=utf-8",
		".js":   "text/javascript; charset=utf-8",
		".css":  "text/css; charset=utf-8",
		".svg":  "image/svg+xml",
		".ttf":  "font/ttf",
		".txt":  "text/plain; charset=utf-8",
	}
	for _, path := range stored(t) {
		zipped := get(t, http.MethodGet, path, "Accept-Encoding", "br, gzip")
		plain := get(t, http.MethodGet, path)
		if zipped.StatusCode != http.StatusOK || plain.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d and %d", path, zipped.StatusCode, plain.StatusCode)
			continue
		}
		if got, want := zipped.Header.Get("Content-Type"), types[filepath.Ext(path)]; got != want || want == "" {
			t.Errorf("%s: content type %q, want %q", path, got, want)
		}
		if zipped.Header.Get("Vary") != "Accept-Encoding" || plain.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: no Vary", path)
		}
		want := "no-cache"
		if strings.HasPrefix(path, "/assets/") {
			want = "public, max-age=31536000, immutable"
		}
		if got := plain.Header.Get("Cache-Control"); got != want {
			t.Errorf("%s: Cache-Control %q, want %q", path, got, want)
		}
		if plain.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: encoded for a client that takes none", path)
		}
		unpacked := io.Reader(zipped.Body)
		if zipped.Header.Get("Content-Encoding") == "gzip" {
			z, err := gzip.NewReader(zipped.Body)
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			unpacked = z
		} else if path != "/THIRD_PARTY_NOTICES.txt" {
			t.Errorf("%s: not gzipped", path)
		}
		if body(t, unpacked) != body(t, plain.Body) {
			t.Errorf("%s: the two forms differ", path)
		}
	}
}

func TestHandler_acceptEncoding(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"gzip":               "gzip",
		"GZIP;q=0.5":         "gzip",
		"deflate, gzip, br":  "gzip",
		"*":                  "gzip",
		"*;q=0, gzip":        "gzip",
		"":                   "",
		"br":                 "",
		"gzip;q=0":           "",
		"gzip; q=0.000, *":   "",
		"identity, *;q=0":    "",
		"gzip;q=not-a-weigh": "",
	} {
		resp := get(t, http.MethodGet, "/", "Accept-Encoding", header)
		if got := resp.Header.Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q: Content-Encoding %q, want %q", header, got, want)
		}
		if plain := strings.Contains(body(t, resp.Body), "<title>Hitotsu</title>"); plain != (want == "") {
			t.Errorf("Accept-Encoding %q: readable is %v", header, plain)
		}
	}
}

func TestHandler_notModified(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, path := range stored(t) {
		tag := get(t, http.MethodGet, path, "Accept-Encoding", "gzip").Header.Get("ETag")
		if other, ok := seen[tag]; ok || !strings.HasPrefix(tag, `W/"`) {
			t.Errorf("%s: ETag %q, also that of %q", path, tag, other)
		}
		seen[tag] = path
		for _, header := range []string{tag, strings.TrimPrefix(tag, "W/"), `"other", ` + tag, "*"} {
			resp := get(t, http.MethodGet, path, "If-None-Match", header)
			if resp.StatusCode != http.StatusNotModified || body(t, resp.Body) != "" {
				t.Errorf("%s with If-None-Match %s: status %d", path, header, resp.StatusCode)
			}
			if resp.Header.Get("ETag") != tag || resp.Header.Get("Cache-Control") == "" {
				t.Errorf("%s: a 304 without its headers", path)
			}
		}
		if resp := get(t, http.MethodHead, path, "If-None-Match", `"other"`); resp.StatusCode != http.StatusOK {
			t.Errorf("%s with another tag: status %d", path, resp.StatusCode)
		}
	}
}

func TestHandler_head(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"gzip", ""} {
		resp := get(t, http.MethodHead, "/", "Accept-Encoding", encoding)
		if resp.StatusCode != http.StatusOK || body(t, resp.Body) != "" || resp.Header.Get("ETag") == "" {
			t.Errorf("HEAD with Accept-Encoding %q: status %d, headers %v", encoding, resp.StatusCode, resp.Header)
		}
	}
}

func TestHandler_otherPathsAreNotFound(t *testing.T) {
	t.Parallel()
	for _, path := range []string{
		"/nowhere", "/index.html.gz", "/favicon.svg.gz", "/assets", "/assets/", "/.", "/..", "//", "",
		"/../web.go", "/assets/../../web.go", "/assets/../index.html", "/./index.html", "//index.html",
		"/dist/index.html", "/web.go", "/examples/Health.graphql", `/..\web.go`, "/\x00", "/etc/passwd", "//etc/passwd",
	} {
		resp := get(t, http.MethodGet, path)
		if resp.StatusCode != http.StatusNotFound {
			t.Errorf("%q: status %d, want 404", path, resp.StatusCode)
		}
		if resp.Header.Get("ETag") != "" || strings.Contains(resp.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%q: a 404 that caches would keep", path)
		}
	}
}

func TestHandler_otherMethodsAreRefused(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
		resp := get(t, method, "/")
		if resp.StatusCode != http.StatusMethodNotAllowed || resp.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: status %d, Allow %q", method, resp.StatusCode, resp.Header.Get("Allow"))
		}
	}
}

// What index.html names must be there, and it may hold no script of its own.
func TestHandler_pageFitsItsPolicy(t *testing.T) {
	t.Parallel()
	page := body(t, get(t, http.MethodGet, "/").Body)
	for _, m := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		path, ok := strings.CutPrefix(m[1], "./")
		if !ok {
			t.Errorf("%q is not relative to the page", m[1])
		} else if resp := get(t, http.MethodGet, "/"+path); resp.StatusCode != http.StatusOK {
			t.Errorf("%q: status %d", m[1], resp.StatusCode)
		}
	}
	if inline := regexp.MustCompile(`<script[^>]*>\s*[^<\s]|\son[a-z]+=`).FindString(page); inline != "" {
		t.Errorf("the policy forbids %q", inline)
	}
}

func TestHandler_configOutsideTheDemo(t *testing.T) {
	t.Parallel()
	resp := get(t, http.MethodGet, "/config.json")
	if got := resp.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
	var got struct {
		Personas []web.Persona `json:"personas"`
		Examples []web.Example `json:"examples"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	if got.Personas == nil || len(got.Personas) != 0 {
		t.Errorf("personas %v, want an empty list", got.Personas)
	}
	if len(got.Examples) != len(web.Examples(sunday())) {
		t.Errorf("%d examples", len(got.Examples))
	}
}

func TestHandler_configOfTheDemo(t *testing.T) {
	t.Parallel()
	h := web.Handler(web.Config{
		Personas: []web.Persona{{Name: "HR", NameJa: "人事", Token: "demo-hr", Description: "Sees all."}},
		Examples: []web.Example{{Name: "One", Query: "{ __typename }"}},
	})
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/config.json", http.NoBody))
	want := `{"personas":[{"name":"HR","nameJa":"人事","token":"demo-hr","description":"Sees all."}],` +
		`"examples":[{"name":"One","query":"{ __typename }"}]}`
	if diff := cmp.Diff(want, rec.Body.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestNotices_nameWhatIsBundled(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("dist/THIRD_PARTY_NOTICES.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"\ngraphiql 5.4.0\n", "\n@graphiql/plugin-explorer 5.1.5\n", "\nmonaco-editor ", "\nreact ", "\ngraphql ",
		"Roboto", "Fira Code",
	} {
		if !strings.Contains(string(text), name) {
			t.Errorf("the notices lack %q", name)
		}
	}
}
