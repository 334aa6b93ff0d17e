package control

import (
	"context"
	"encoding/json"
	"net/http"
)

// observe puts history and faults before the vendor's handler.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.enter() {
			panic(http.ErrAbortHandler) // accepted in the moment of Close
		}
		defer s.handling.Done()
		var named string
		done, leave := s.history.arrive(r)
		defer leave()
		r = r.WithContext(s.noting(context.WithValue(r.Context(), routeKey{}, &named), r.Method, r.URL.Path))
		sw := &statusWriter{ResponseWriter: w}
		// Noted before the first byte leaves: whoever has an answer finds its
		// request in the history.
		sw.began = func() { done(routeOf(r, named), r.PostForm, sw.status) }
		fault, faulty := s.faults.take(r.Method, r.URL.Path)
		if faulty {
			// A fault may never reach the handler that knows the pattern.
			if mux, ok := next.(interface {
				Handler(r *http.Request) (http.Handler, string)
			}); ok {
				_, r.Pattern = mux.Handler(r)
			}
			done(routeOf(r, ""), nil, 0) // at once: it may hang
		}
		defer func() { done(routeOf(r, named), r.PostForm, sw.status) }()
		if faulty {
			s.misbehave(fault, sw, r, next)
		} else {
			next.ServeHTTP(sw, r)
		}
		if sw.status == 0 && r.Context().Err() == nil {
			sw.status = http.StatusOK // net/http sends it for a silent handler
		}
	})
}

// noting lets NoteWrite reach the journal.
func (s *Server) noting(ctx context.Context, method, path string) context.Context {
	return context.WithValue(ctx, journalKey{}, func(operation string, change any) {
		s.journal.add(Write{Method: method, Path: path, Operation: operation, Change: change})
	})
}

// enter counts a request as running, unless the server is closed.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.handling.Add(1)
	return true
}

// statusWriter remembers the status and tells when the answer begins.
type statusWriter struct {
	http.ResponseWriter
	status int
	began  func()
}

func (w *statusWriter) WriteHeader(status int) {
	w.begin(status)
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(p []byte) (int, error) {
	w.begin(http.StatusOK)
	return w.ResponseWriter.Write(p)
}

func (w *statusWriter) begin(status int) {
	if w.status == 0 {
		w.status = status
		w.began()
	}
}

// Unwrap lets http.ResponseController through.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// endpoints is the answer of GET / on the control side.
func endpoints() []string {
	return []string{
		"GET /", "POST /stop", "POST /start", "POST /reset", "GET /history", "DELETE /history",
		"GET /journal", "DELETE /journal", "GET /dump", "GET /fault", "POST /fault", "DELETE /fault",
		"POST /seed", "GET /quirks", "POST /quirks", "GET /clock", "POST /clock",
	}
}

func (s *Server) controlHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		WriteJSON(w, http.StatusOK, map[string]any{
			"simulator": s.sim.Name(), "url": s.URL(), "endpoints": endpoints(),
		})
	})
	mux.HandleFunc("POST /stop", s.done(func(*http.Request) error { return s.Stop() }))
	mux.HandleFunc("POST /start", s.done(func(r *http.Request) error { return s.Resume(r.Context()) }))
	mux.HandleFunc("POST /reset", s.done(func(*http.Request) error { s.Reset(); return nil }))
	mux.HandleFunc("GET /history", func(w http.ResponseWriter, _ *http.Request) {
		WriteJSON(w, http.StatusOK, s.History())
	})
	mux.HandleFunc("DELETE /history", s.done(func(*http.Request) error { s.ClearHistory(); return nil }))
	mux.HandleFunc("GET /journal", func(w http.ResponseWriter, _ *http.Request) {
		WriteJSON(w, http.StatusOK, s.Journal())
	})
	mux.HandleFunc("DELETE /journal", s.done(func(*http.Request) error { s.ClearJournal(); return nil }))
	mux.HandleFunc("GET /dump", func(w http.ResponseWriter, _ *http.Request) {
		WriteJSON(w, http.StatusOK, s.sim.Dump())
	})
	mux.HandleFunc("GET /fault", func(w http.ResponseWriter, _ *http.Request) {
		WriteJSON(w, http.StatusOK, s.Faults())
	})
	mux.HandleFunc("POST /fault", s.done(s.postFault))
	mux.HandleFunc("DELETE /fault", s.done(func(*http.Request) error { s.ClearFaults(); return nil }))
	mux.HandleFunc("POST /seed", s.done(s.postSeed))
	mux.HandleFunc("GET /quirks", s.getQuirks)
	mux.HandleFunc("POST /quirks", s.done(s.postQuirks))
	mux.HandleFunc("GET /clock", s.getClock)
	mux.HandleFunc("POST /clock", s.done(s.postClock))
	return guard(mux)
}

// guard keeps web pages away that a developer's browser happens to show: a
// foreign Host (DNS rebinding) and cross-site requests are refused.
func guard(next http.Handler) http.Handler {
	next = http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loopback(r.Host) {
			http.Error(w, "the control port is for this machine only", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) done(do func(*http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := do(r); err != nil {
			fail(w, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

// maxFaultBytes is room for the largest error page that a test may want.
const maxFaultBytes = 1 << 20

func (s *Server) postFault(r *http.Request) error {
	var fault Fault
	if err := decode(r, &fault); err != nil {
		return err
	}
	return s.AddFault(fault)
}

// WriteJSON answers with a body as JSON. A simulator's answers are written by it
// too.
func WriteJSON(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		http.Error(w, "the answer cannot be written as JSON", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	// The client may be gone; there is nobody to tell.
	_, _ = w.Write(text)
}
