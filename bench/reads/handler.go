package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"time"
)

// handler is what somebody would write for one page of one application: it
// knows nothing of GraphQL, of rights, of faults, of freshness.
type handler struct {
	env     map[string]string
	clients *clients
	index   *index
	// known is who is who, as a gateway has it.
	known people
}

// handFunc makes the data of one answer.
type handFunc func(ctx context.Context, people *index) (any, error)

func newHandler(ctx context.Context, env map[string]string, everybody people) (*handler, error) {
	h := &handler{env: env, known: everybody}
	err := h.connect(ctx)
	if err == nil {
		h.index, err = h.everybody(ctx, true)
	}
	return h, err
}

// connect begins anew: tokens are fetched and no connection is open.
func (h *handler) connect(ctx context.Context) error {
	c, err := newClients(ctx, h.env)
	if err == nil {
		h.clients = c
	}
	return err
}

// serve answers /indexed with what the handler keeps of people, /full after
// reading everybody anew, and /fieldwise as an executor of GraphQL that goes
// field by field, with what the handler keeps of people.
func (h *handler) serve(q query) (address string, stop func(), err error) {
	var listen net.ListenConfig
	l, err := listen.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	byField, err := fieldwise(h)
	if err != nil {
		return "", nil, errors.Join(err, l.Close())
	}
	answer := q.hand(h)
	indexed := func(ctx context.Context, _ string) (any, error) { return answer(ctx, h.index) }
	full := func(ctx context.Context, _ string) (any, error) {
		people, err := h.everybody(ctx, q.units)
		if err != nil {
			return nil, err
		}
		return answer(ctx, people)
	}
	mux := http.NewServeMux()
	for path, data := range map[string]func(context.Context, string) (any, error){
		"/indexed": indexed, "/full": full,
	} {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) { reply(w, r, data) })
	}
	mux.Handle("POST /fieldwise", byField)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(l) }()
	return "http://" + l.Addr().String(), func() { _ = server.Close() }, nil
}

// reply reads a request as clients of GraphQL send it, and answers data.
func reply(w http.ResponseWriter, r *http.Request, data func(context.Context, string) (any, error)) {
	var body struct {
		Query string `json:"query"`
	}
	raw, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(raw, &body)
	}
	var answer any
	if err == nil {
		answer, err = data(r.Context(), body.Query)
	}
	var out []byte
	if err == nil {
		out, err = json.Marshal(map[string]any{"data": answer})
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(out)
}
