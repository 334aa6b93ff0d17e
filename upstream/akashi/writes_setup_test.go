package akashi_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

// server is AKASHI on a real socket: it gives the answers in turn, the last for
// ever, and keeps what it was sent.
type server struct {
	*httptest.Server

	mu      sync.Mutex
	answers []answer
	got     []got
}

type answer struct {
	status int
	body   string
}

type got struct{ method, path, query, contentType, body string }

func serve(t testing.TB, answers ...answer) *server {
	t.Helper()
	s := &server{answers: answers}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		s.mu.Lock()
		s.got = append(s.got, got{r.Method, r.URL.Path, r.URL.RawQuery, r.Header.Get("Content-Type"), string(b)})
		a := s.answers[min(len(s.got), len(s.answers))-1]
		s.mu.Unlock()
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, a.body)
	}))
	t.Cleanup(s.Close)
	return s
}

func good(response string) answer {
	return answer{200, `{"success":true,"response":` + response + `}`}
}

func (s *server) sent() []got {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.got
}

// client speaks to the server; change may set switches.
func (s *server) client(t testing.TB, logs io.Writer, change func(*akashi.Options)) *akashi.Client {
	t.Helper()
	o := options(t, s.Client().Transport, vendortest.Tokens(vendortest.Token), logs)
	o.BaseURL = s.URL + "/api/cooperation"
	if change != nil {
		change(&o)
	}
	c, err := akashi.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
