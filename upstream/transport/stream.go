package transport

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	v1 "github.com/go-json-experiment/json/v1"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/internal/flex"
)

// arriving is a body that is read while it arrives. It remembers how it ended.
type arriving struct {
	body io.Reader
	left int64 // bytes that may still come; negative once more came
	err  error // nil, or what the connection failed with
}

// errTooLarge ends a body that is larger than it may be.
var errTooLarge = errors.New("transport: the answer is larger than the configured limit")

func (a *arriving) Read(p []byte) (int, error) {
	if a.left < 0 {
		return 0, errTooLarge
	}
	n, err := a.body.Read(p[:min(int64(len(p)), a.left+1)])
	a.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		a.err = err
	}
	return n, err //nolint:wrapcheck // it is judged by its type
}

// stream gives the body of a success to the call's Read.
func (c *Client) stream(
	ctx, attemptCtx context.Context, call Call, resp *http.Response, start time.Time,
) result {
	body := &arriving{body: resp.Body, left: c.opts.MaxBody}
	err := call.Read(resp.StatusCode, body)
	switch {
	case body.left < 0:
		return c.tooLarge(resp.StatusCode)
	case body.err != nil:
		r := c.lost(ctx, attemptCtx, body.err, c.opts.Now().Sub(start))
		r.status = resp.StatusCode
		return r
	case err != nil:
		return c.judged(&Response{Status: resp.StatusCode, Header: resp.Header}, err)
	}
	return result{
		resp: &Response{Status: resp.StatusCode, Header: resp.Header}, status: resp.StatusCode, verdict: alive,
	}
}

func (c *Client) tooLarge(status int) result {
	return result{
		err:    c.Fault(fault.UpstreamBadResponse, "the answer is larger than the configured limit"),
		status: status, verdict: alive,
	}
}

// DecodeStream reads a JSON answer of one value while it arrives. read reads the
// value; a *fault.Error of it is returned as it is. All other errors are as
// Decode's. Called by Call.Read.
func (c *Client) DecodeStream(status int, body io.Reader, read func(*jsontext.Decoder) error) error {
	const lookahead = 32 << 10
	r := bufio.NewReaderSize(body, lookahead)
	if mark, err := r.Peek(3); err == nil && bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = r.Discard(len(mark)) // it was seen
	}
	d := flex.NewDecoder(r)
	if what, again := opening(r); what != "" {
		return c.undecodable(what, status, again)
	}
	err := read(d)
	if err == nil {
		if _, end := d.ReadToken(); errors.Is(end, io.EOF) {
			return nil
		}
		return c.undecodable(notJSON, status, true)
	}
	if fe, ok := errors.AsType[*fault.Error](err); ok {
		return fe
	}
	_, syntax := errors.AsType[*jsontext.SyntacticError](err)
	if _, within := errors.AsType[*v1.SyntaxError](err); within { // a value, by the rules of encoding/json
		syntax = true
	}
	if syntax || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return c.undecodable(notJSON, status, true)
	}
	return c.undecodable(otherShape, status, false)
}

// opening looks at the first byte that is no white space, without reading it.
func opening(r *bufio.Reader) (what string, again bool) {
	for {
		b, err := r.ReadByte()
		switch {
		case err != nil:
			return noAnswer, true
		case b == ' ', b == '\t', b == '\r', b == '\n':
			continue
		}
		_ = r.UnreadByte() // it was just read
		if b == '<' {
			return aPage, false
		}
		return "", false
	}
}
