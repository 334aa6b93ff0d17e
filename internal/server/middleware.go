package server

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/internal/auth"
	"github.com/hitotsu/hitotsu/internal/fault"
)

// event is what is logged of one request. It holds neither the document nor its
// variables, nor the path or query of the URL.
type event struct {
	route         string
	status        int
	bytes         int
	caller        string
	operationName string
	operationType string
	cost          int
	codes         []string
	detail        string
}

type eventKey struct{}

// eventFrom returns the request's event, to be filled in; one that is thrown
// away when the request did not pass observe.
func eventFrom(ctx context.Context) *event {
	if ev, ok := ctx.Value(eventKey{}).(*event); ok {
		return ev
	}
	return &event{}
}

// maxOperationName bounds the operation name in the log, in bytes.
const maxOperationName = 64

// observe logs one event a request and turns a panic into a 500.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := s.now()
		ev := &event{}
		rec := &recorder{ResponseWriter: w, ev: ev}
		r = r.WithContext(context.WithValue(r.Context(), eventKey{}, ev))
		defer func() {
			v := recover()
			if v != nil && v != http.ErrAbortHandler { //nolint:errorlint // a panic's value, compared as net/http does
				logPanic(r.Context(), s.log, v)
				if !rec.wrote {
					(&answer{w: rec, r: r, media: mediaJSON}).write(http.StatusInternalServerError, nil,
						[]wireError{present(internal())}, nil)
				}
			}
			s.log.LogAttrs(r.Context(), ev.level(), "request", ev.attrs(r.Method, s.now().Sub(begin))...)
			if v == http.ErrAbortHandler { //nolint:errorlint // as above
				panic(v)
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

// level keeps probes and page assets out of the usual log.
func (ev *event) level() slog.Level {
	if ev.route == "/graphql" || ev.status >= http.StatusInternalServerError {
		return slog.LevelInfo
	}
	return slog.LevelDebug
}

func (ev *event) attrs(method string, took time.Duration) []slog.Attr {
	attrs := []slog.Attr{
		slog.String("method", knownMethod(method)),
		slog.String("route", ev.route),
		slog.Int("status", ev.status),
		slog.Float64("duration_ms", float64(took.Microseconds())/1000),
		slog.Int("bytes", ev.bytes),
	}
	if ev.caller != "" {
		attrs = append(attrs, slog.String("caller", ev.caller))
	}
	if ev.operationType != "" {
		name := ev.operationName
		attrs = append(attrs, slog.String("operation_type", ev.operationType),
			slog.String("operation_name", name[:min(len(name), maxOperationName)]), slog.Int("cost", ev.cost))
	}
	if len(ev.codes) > 0 {
		attrs = append(attrs, slog.Any("error_codes", ev.codes))
	}
	if ev.detail != "" {
		attrs = append(attrs, slog.String("detail", ev.detail))
	}
	return attrs
}

// knownMethod keeps a method that a caller made up out of the log.
func knownMethod(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}

func logPanic(ctx context.Context, log *slog.Logger, v any) {
	detail := fmt.Sprint(v)
	log.ErrorContext(ctx, "panic", slog.String("detail", detail[:min(len(detail), maxDetail)]),
		slog.String("stack", stack()))
}

// recorder notes the status and size of an answer.
type recorder struct {
	http.ResponseWriter
	ev    *event
	wrote bool
}

// WriteHeader notes the status.
func (r *recorder) WriteHeader(status int) {
	if !r.wrote && status >= http.StatusOK {
		r.wrote = true
		r.ev.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write counts bytes.
func (r *recorder) Write(b []byte) (int, error) {
	if !r.wrote {
		r.WriteHeader(http.StatusOK)
	}
	n, err := r.ResponseWriter.Write(b)
	r.ev.bytes += n
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// route names the route in the event.
func route(name string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		eventFrom(r.Context()).route = name
		next.ServeHTTP(w, r)
	})
}

// secure sets the headers that hold for every answer.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// private marks answers that hold personal data, or say who is asking: nobody
// may keep them, and a browser that shows one may load nothing from it.
func private(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		next.ServeHTTP(w, r)
	})
}

// authenticate lets only known callers pass, and puts them into the context.
func (s *Server) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodOptions {
			next.ServeHTTP(w, r)
			return
		}
		token, says := bearer(r.Header)
		if says == "" {
			caller, ok := s.opts.Callers.Authenticate(token)
			if ok {
				eventFrom(r.Context()).caller = caller.Name
				next.ServeHTTP(w, r.WithContext(auth.With(r.Context(), caller)))
				return
			}
			says = "this bearer token is not known; check it, or ask the operator of this gateway for one"
		}
		challenge := `Bearer realm="hitotsu"`
		if token != "" {
			challenge += `, error="invalid_token"`
		}
		w.Header().Set("WWW-Authenticate", challenge)
		media, _ := answerType(r.Header)
		a := &answer{w: w, r: r, media: media}
		a.refuse(refuse(http.StatusUnauthorized, fault.Unauthenticated, "%s", says))
	})
}

// bearer returns the token of the Authorization header, or what to do about it.
func bearer(h http.Header) (token, says string) {
	values := h.Values("Authorization")
	if len(values) == 0 {
		return "", `send the header "Authorization: Bearer <token>" with a token of yours; ` +
			"the operator of this gateway hands them out, and the demo prints its own when it starts"
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	token = strings.TrimSpace(token)
	if len(values) > 1 || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", "the header Authorization has to be given once, as the word Bearer, a space and a token"
	}
	return token, ""
}
