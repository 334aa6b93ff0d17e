package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"unicode/utf8"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// params are the parameters of a GraphQL request.
type params struct {
	query         string
	operationName string
	variables     map[string]any
}

// refusal is an answer to a request that is not GraphQL over HTTP.
type refusal struct {
	status int
	*fault.Error
}

func refuse(status int, code fault.Code, format string, args ...any) *refusal {
	return &refusal{status, fault.New(code, format, args...)}
}

func badRequest(format string, args ...any) *refusal {
	return refuse(http.StatusBadRequest, fault.BadRequest, format, args...)
}

// readPost reads the parameters from the body. What is wrong is said without
// quoting the body.
func readPost(r *http.Request, maxBody, maxValues int) (params, *refusal) {
	media, attrs, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case r.Header.Get("Content-Type") == "":
		return params{}, refuse(http.StatusUnsupportedMediaType, fault.UnsupportedMediaType,
			"send the header Content-Type: application/json")
	case err != nil || media != mediaJSON:
		return params{}, refuse(http.StatusUnsupportedMediaType, fault.UnsupportedMediaType,
			"the body has to be application/json")
	case !isUTF8(attrs["charset"]):
		return params{}, refuse(http.StatusUnsupportedMediaType, fault.UnsupportedMediaType,
			"the body has to be in UTF-8")
	}
	if e := r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return params{}, refuse(http.StatusUnsupportedMediaType, fault.UnsupportedMediaType,
			"the body has to be sent uncompressed")
	}
	if r.ContentLength > int64(maxBody) {
		return params{}, tooLarge(r.ContentLength, maxBody)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, int64(maxBody)+1))
	if err != nil {
		return params{}, badRequest("the body ended early")
	}
	if len(body) > maxBody {
		return params{}, tooLarge(-1, maxBody)
	}
	return decodeBody(body, maxValues)
}

func tooLarge(size int64, limit int) *refusal {
	got := "more than the limit"
	if size >= 0 {
		got = strconv.FormatInt(size, 10)
	}
	return refuse(http.StatusRequestEntityTooLarge, fault.PayloadTooLarge,
		"bytes in the body: %s; the limit is %d", got, limit)
}

// decodeBody decodes a body with strict types of the four parameters; other
// members are ignored, as the specification asks.
func decodeBody(body []byte, maxValues int) (params, *refusal) {
	body = bytes.TrimLeft(body, " \t\r\n")
	switch {
	case len(body) == 0:
		return params{}, badRequest("the body is empty; send a JSON object with query")
	case !utf8.Valid(body):
		return params{}, badRequest("the body is not UTF-8")
	case body[0] == '[':
		return params{}, badRequest("a list of requests is not supported; send one request at a time")
	case body[0] != '{':
		return params{}, badRequest("the body is not a JSON object")
	}
	if n := countValues(body); n > maxValues {
		return params{}, refuse(http.StatusRequestEntityTooLarge, fault.PayloadTooLarge,
			"values in the body: about %d; the limit is %d", n, maxValues)
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return params{}, notJSON("the body", err)
	}
	return fromMembers(members)
}

func fromMembers(members map[string]json.RawMessage) (params, *refusal) {
	var p params
	if kind(members["query"]) != '"' {
		return p, badRequest("query has to be a string with a GraphQL document")
	}
	if err := json.Unmarshal(members["query"], &p.query); err != nil {
		return p, notJSON("query", err)
	}
	switch kind(members["operationName"]) {
	case 0, 'n':
	case '"':
		if err := json.Unmarshal(members["operationName"], &p.operationName); err != nil {
			return p, notJSON("operationName", err)
		}
	default:
		return p, badRequest("operationName has to be a string or null")
	}
	switch kind(members["variables"]) {
	case 0, 'n':
	case '{':
		dec := json.NewDecoder(bytes.NewReader(members["variables"]))
		dec.UseNumber()
		if err := dec.Decode(&p.variables); err != nil {
			return p, notJSON("variables", err)
		}
	default:
		return p, badRequest("variables has to be an object or null")
	}
	switch kind(members["extensions"]) {
	case 0, 'n', '{':
	default:
		return p, badRequest("extensions has to be an object or null")
	}
	return p, nil
}

// kind is the first byte of a valid JSON value, which tells its type; 0 when
// there is none.
func kind(raw json.RawMessage) byte {
	if len(raw) == 0 {
		return 0
	}
	return raw[0]
}

// notJSON says where JSON breaks off, and not what is there.
func notJSON(what string, err error) *refusal {
	if se, ok := errors.AsType[*json.SyntaxError](err); ok {
		return badRequest("%s is not valid JSON: it is broken at byte %d", what, se.Offset)
	}
	return badRequest("%s is not valid JSON", what)
}

// countValues counts what begins a value in an object or a list, which is a
// little more than the values there are. It reads the bytes once and keeps
// nothing, so that a body of a million zeros is refused before it is decoded.
func countValues(body []byte) int {
	n, quoted := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ',' || c == '[' || c == '{'):
			n++
		}
	}
	return n
}

// readGet reads the parameters from the query string.
func readGet(r *http.Request, maxBody, maxValues int) (params, *refusal) {
	if n := len(r.URL.RawQuery); n > maxBody {
		return params{}, tooLarge(int64(n), maxBody)
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return params{}, badRequest("the query string is not well formed")
	}
	return decodeQuery(values, maxValues)
}

func decodeQuery(values url.Values, maxValues int) (params, *refusal) {
	for _, name := range []string{"query", "operationName", "variables", "extensions"} {
		if len(values[name]) > 1 {
			return params{}, badRequest("%s is given twice", name)
		}
		if !utf8.ValidString(values.Get(name)) {
			return params{}, badRequest("%s is not UTF-8", name)
		}
	}
	members := map[string]json.RawMessage{}
	for _, name := range []string{"variables", "extensions"} {
		raw := bytes.TrimSpace([]byte(values.Get(name)))
		if len(raw) == 0 {
			continue
		}
		if n := countValues(raw); n > maxValues {
			return params{}, refuse(http.StatusRequestEntityTooLarge, fault.PayloadTooLarge,
				"values in %s: about %d; the limit is %d", name, n, maxValues)
		}
		if !json.Valid(raw) {
			return params{}, badRequest("%s is not valid JSON", name)
		}
		members[name] = raw
	}
	if !values.Has("query") {
		return params{}, badRequest("query is missing; send it by POST as JSON, or in the query string")
	}
	members["query"] = json.RawMessage(`""`)
	p, refused := fromMembers(members)
	p.query, p.operationName = values.Get("query"), values.Get("operationName")
	return p, refused
}
