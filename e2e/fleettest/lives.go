package fleettest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"
)

// carelyLife is what Carely's answers say of a token's life, in seconds.
const carelyLife = "86400"

// Lives stands before Carely's authorization server and makes tokens tell a
// shorter life than they have, so that a test sees them end.
type Lives struct {
	mu    sync.Mutex
	life  time.Duration
	ended time.Time
}

// Set says how long the tokens live that are given from now on; 0 leaves them
// as they are.
func (l *Lives) Set(life time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.life = life
}

// Ends is when the last token ends whose life was shortened.
func (l *Lives) Ends() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ended
}

// shorten is the proxy.
func (l *Lives) shorten(tb testing.TB, target string) string {
	tb.Helper()
	to, err := url.Parse(target)
	if err != nil {
		tb.Fatal(err)
	}
	transport := &http.Transport{DisableCompression: true}
	server := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(to) },
		Transport: transport,
		ModifyResponse: func(r *http.Response) error {
			l.mu.Lock()
			defer l.mu.Unlock()
			if l.life == 0 || r.StatusCode != http.StatusOK {
				return nil
			}
			text, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			l.ended = time.Now().Add(l.life)
			text = bytes.Replace(text, []byte(carelyLife), []byte(strconv.Itoa(int(l.life.Seconds()))), 1)
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
			r.Header.Set("Content-Length", strconv.Itoa(len(text)))
			return nil
		},
	})
	tb.Cleanup(func() {
		server.Close()
		transport.CloseIdleConnections()
	})
	return server.URL
}
