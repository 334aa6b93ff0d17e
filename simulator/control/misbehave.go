package control

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"
	"time"
)

// misbehave answers a request as a fault says.
func (s *Server) misbehave(fault Fault, w http.ResponseWriter, r *http.Request, next http.Handler) {
	if delay := fault.delay(); delay > 0 && !wait(r, delay) {
		return
	}
	switch {
	case fault.Status != 0:
		for name, value := range fault.Header {
			w.Header().Set(name, value)
		}
		w.WriteHeader(fault.Status)
		_, _ = w.Write([]byte(fault.Body))
	case fault.Hang:
		// Only once the body was read does the server notice that the caller left.
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	case fault.Truncate:
		whole := record(w.Header(), r, next)
		w.WriteHeader(whole.status)
		_, _ = w.Write(whole.Bytes()[:whole.Len()/2])
	case fault.Cut == cutAfter:
		record(http.Header{}, r, next)
		panic(http.ErrAbortHandler) // ends the connection without an answer
	case fault.Cut == cutBefore:
		panic(http.ErrAbortHandler)
	case fault.Lie != "":
		s.lie(fault, w, r, next)
	case fault.BytesPerSecond > 0:
		whole := record(w.Header(), r, next)
		w.WriteHeader(whole.status)
		drip(w, r, whole.Bytes(), fault.BytesPerSecond)
	case fault.Garbage:
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte("\x00\x1b{\"success\": tru\xff\xfe<<<"))
	case fault.Unauthorized, fault.Revoke:
		if rv, ok := s.sim.(Revoker); ok && fault.Revoke {
			rv.Revoke(r)
		}
		if u, ok := s.sim.(Unauthorizer); ok {
			u.Unauthorized(w, r)
			return
		}
		http.Error(w, "unauthorized", http.StatusUnauthorized)
	default:
		next.ServeHTTP(w, r)
	}
}

// delay draws how long the answer takes to begin.
func (f *Fault) delay() time.Duration {
	ms := f.LatencyMS
	if f.JitterMS > 0 {
		ms += rand.IntN(f.JitterMS + 1)
	}
	return time.Duration(ms) * time.Millisecond
}

// drip sends a body slowly, in ten parts a second or byte by byte.
func drip(w http.ResponseWriter, r *http.Request, body []byte, perSecond int) {
	flush := http.NewResponseController(w)
	for len(body) > 0 {
		n := min(max(1, perSecond/10), len(body))
		if !wait(r, time.Duration(n)*time.Second/time.Duration(perSecond)) {
			return
		}
		if _, err := w.Write(body[:n]); err != nil || flush.Flush() != nil {
			return
		}
		body = body[n:]
	}
}

// wait is false when the caller left first.
func wait(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// record lets the simulator answer into memory. The length is left to the
// caller, who may send less.
func record(header http.Header, r *http.Request, next http.Handler) *buffer {
	whole := &buffer{header: header, status: http.StatusOK}
	next.ServeHTTP(whole, r)
	header.Del("Content-Length")
	return whole
}

// buffer keeps a whole answer.
type buffer struct {
	bytes.Buffer
	header http.Header
	status int
}

func (b *buffer) Header() http.Header    { return b.header }
func (b *buffer) WriteHeader(status int) { b.status = status }
