package fleettest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/simulator/control"
)

// Answer is a GraphQL answer.
type Answer struct {
	Data json.RawMessage
	// Errors are the codes of the errors.
	Errors []string
	Body   string
}

// newClient returns a client with connections of its own.
func newClient() *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
}

// Client asks gateways. It is safe for concurrent use.
type Client struct{ http *http.Client }

// NewClient returns a client whose connections end with the test.
func NewClient(tb testing.TB) *Client {
	tb.Helper()
	c := newClient()
	tb.Cleanup(c.CloseIdleConnections)
	return &Client{c}
}

// Ask sends a query. An error is one of HTTP; see Answer.Errors for the others.
func (c *Client) Ask(ctx context.Context, g *Gateway, query string, variables map[string]any) (Answer, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return Answer{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.URL, bytes.NewReader(body))
	if err != nil {
		return Answer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+Key)
	resp, err := c.http.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer func() { _ = resp.Body.Close() }() // it was read
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Body: string(text)}
	var envelope struct {
		Data   json.RawMessage
		Errors []struct{ Extensions struct{ Code string } }
	}
	if err := json.Unmarshal(text, &envelope); err != nil || resp.StatusCode != http.StatusOK {
		return a, fmt.Errorf("status %d, %w: %.300s", resp.StatusCode, err, text)
	}
	a.Data = envelope.Data
	for _, e := range envelope.Errors {
		a.Errors = append(a.Errors, e.Extensions.Code)
	}
	return a, nil
}

// Query asks and fails the test unless there is data without errors.
func (c *Client) Query(tb testing.TB, g *Gateway, query string, variables map[string]any) Answer {
	tb.Helper()
	a, err := c.Ask(tb.Context(), g, query, variables)
	if err != nil {
		tb.Fatal(err)
	}
	if len(a.Errors) > 0 {
		tb.Fatalf("errors %v: %.800s", a.Errors, a.Body)
	}
	return a
}

// Control is the control port of a simulated system.
type Control struct{ url string }

// History is what the system was asked.
func (c *Control) History(tb testing.TB) control.History {
	tb.Helper()
	var h control.History
	if err := json.Unmarshal(c.do(tb, http.MethodGet, "/history", ""), &h); err != nil {
		tb.Fatal(err)
	}
	return h
}

// Forget empties the history.
func (c *Control) Forget(tb testing.TB) {
	tb.Helper()
	c.do(tb, http.MethodDelete, "/history", "")
}

func (c *Control) do(tb testing.TB, method, path, body string) []byte {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), method, c.url+path, strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	client := newClient()
	defer client.CloseIdleConnections()
	resp, err := client.Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // it was read
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= http.StatusBadRequest {
		tb.Fatalf("%s %s: %d, %v: %.300s", method, path, resp.StatusCode, err, text)
	}
	return text
}

// Exchanges are the calls that exchange a credential, and how many of them were
// not granted.
func (c *Control) Exchanges(tb testing.TB) (granted, refused int) {
	tb.Helper()
	for _, r := range c.History(tb).Requests {
		if !strings.Contains(r.Path, "/oauth/token") && !strings.Contains(r.Path, "/token/reissue") {
			continue
		}
		if r.Status == http.StatusOK {
			granted++
		} else {
			refused++
		}
	}
	return granted, refused
}

// Slow lets every call to the system take so long, with 0 no longer than it does.
func (c *Control) Slow(tb testing.TB, d time.Duration) {
	tb.Helper()
	c.do(tb, http.MethodDelete, "/fault", "")
	if d > 0 {
		c.do(tb, http.MethodPost, "/fault", fmt.Sprintf(`{"latency_ms": %d}`, d.Milliseconds()))
	}
}
