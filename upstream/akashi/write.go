package akashi

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// VendorError is one entry of errors[] (5.1.1), with what it says about whom.
// Message and the fields below it may hold personal values: they are for the
// answer to whoever asked, never for a log. Printed, it is its code only.
type VendorError struct {
	// Code is trimmed (6.3 prints one with a space); branch on nothing else. No
	// list of codes is public, and one code stands for several reasons.
	Code string
	// Message is for people, in Japanese.
	Message string
	// StaffID and Name are of 6.3: the id where a staff was updated, and the
	// family and given name of the request.
	StaffID StaffID
	Name    string
	// StaffCode and Email are of 6.12.
	StaffCode, Email string
	// Target is of 6.13 to 6.15: an id, a staff number or an address.
	Target string
}

// String returns the code.
func (e VendorError) String() string { return e.Code }

// GoString returns the code.
func (e VendorError) GoString() string { return e.Code }

// LogValue returns the code.
func (e VendorError) LogValue() slog.Value { return slog.StringValue(e.Code) }

// anonymous says that the error names nobody.
func (e VendorError) anonymous() bool {
	return e.StaffID == 0 && e.Name == "" && e.StaffCode == "" && e.Email == "" && e.Target == ""
}

// Refusal is the cause of every fault.UpstreamRefused that came in AKASHI's
// envelope; errors.AsType[*Refusal] finds it. It says what the vendor said.
type Refusal struct {
	// Status is the HTTP status that it came with, often 200.
	Status int
	Errors []VendorError
}

// Error does not quote the vendor.
func (r *Refusal) Error() string { return "refused with status " + strconv.Itoa(r.Status) }

// State is what is known about a row of a write.
type State string

// The states of a row.
const (
	// Applied: the answer holds the row.
	Applied State = "APPLIED"
	// Refused: the answer holds an error about the row.
	Refused State = "REFUSED"
	// Unknown: the answer holds neither, or both, or an error that may be about
	// this row or another. Read it back.
	Unknown State = "UNKNOWN"
)

// Row is what became of one row of a write.
type Row[T any] struct {
	State State
	// Value is what the vendor answered for the row. It is nil unless it is known
	// to be this row's, which it may not be although the row is Applied.
	Value *T
	// Errors are those about the row. When State is Unknown, some may be about
	// another row.
	Errors []VendorError
}

// Result is what became of a batch. Nothing of the answer is dropped.
type Result[T any] struct {
	// Rows has one element for each row of the request, in its order.
	Rows []Row[T]
	// Errors and Values are what no row could be found for.
	Errors []VendorError
	Values []T
}

// write is one call that changes something.
type write struct {
	operation, method string
	path              []string
	body              map[string]any
	// idempotent calls are sent again when an answer is lost. Only what the
	// document says sets or replaces is; a repeated creation, import or deletion
	// would do it twice, or report a refusal for what was done.
	idempotent bool
	// once forbids sending again even after a refused token. Otherwise that is
	// allowed: by section 2 a call is let in or refused by the token's owner
	// before anything else.
	once bool
}

// answer is what a write got back, in whichever envelope.
type answer[T any] struct {
	response *T
	success  bool
	status   int
	errors   []VendorError
}

// send sends w. The answer holds what could be read also when there is an error.
func send[T any](ctx context.Context, c *Client, w write) (answer[T], error) {
	target := transport.Join(c.base, append([]string{c.opts.Company}, w.path...)...)
	var ans answer[T]
	_, err := c.t.Do(ctx, transport.Call{
		Operation: w.operation, Idempotent: w.idempotent, RetryUnauthorized: !w.once,
		Build: func(ctx context.Context, token string) (*http.Request, error) {
			ans = answer[T]{}
			body := map[string]any{"token": token}
			maps.Copy(body, w.body)
			return jsonBody(ctx, w.method, target, body)
		},
		Check: func(resp *transport.Response) error {
			var env envelope[T]
			err := open(c.t, resp, &env)
			ans = answer[T]{env.Response, env.Success.On, resp.Status, env.vendorErrors()}
			return err
		},
	})
	return ans, err
}

// one sends a write about one thing and returns the response.
func one[T any](ctx context.Context, c *Client, w write) (T, error) {
	ans, err := send[T](ctx, c, w)
	if err != nil {
		var zero T
		return zero, err
	}
	return *ans.response, nil
}

// batch says how a batch's answer becomes rows.
type batch[W, T any] struct {
	// rows are who or what each row is about.
	rows []identity
	// list gives the answered rows; false when the answer has no list.
	list func(*W) ([]T, bool)
	// value is who or what an answered row is about.
	value func(T) identity
	// shared says that one answered row may stand for several rows of one person.
	shared bool
}

// sendBatch sends a batch. A refusal that names rows is a result; one that names
// none is an error beside the result, which then holds the vendor's errors.
func sendBatch[W, T any](ctx context.Context, c *Client, w write, b batch[W, T]) (Result[T], error) {
	ans, err := send[W](ctx, c, w)
	if err != nil && (len(ans.errors) == 0 || fault.CodeOf(err) != fault.UpstreamRefused) {
		return Result[T]{}, err
	}
	var values []T
	listed := false
	if ans.response != nil {
		values, listed = b.list(ans.response)
	}
	if !listed && len(ans.errors) == 0 {
		return Result[T]{}, c.bad("the answer has no list of what was written")
	}
	res := match(b, values, ans.errors, ans.success)
	for _, row := range res.Rows {
		if row.State != Unknown || len(row.Errors) > 0 {
			return res, nil
		}
	}
	return res, err
}

// vendorErrors reads errors[], or the code and message at the top level.
func (env *envelope[T]) vendorErrors() []VendorError {
	out := make([]VendorError, 0, len(env.Errors)+1)
	for _, w := range env.Errors {
		e := VendorError{
			Code: transport.VendorCode(string(w.Code)), Message: strings.TrimSpace(string(w.Message)),
			StaffID: staffID(w.StaffID), Name: string(w.Name),
			StaffCode: string(w.StaffCode), Email: string(w.Email), Target: string(w.Target),
		}
		if e.Message == "" {
			e.Message = strings.TrimSpace(string(w.Messages))
		}
		out = append(out, e)
	}
	if len(out) == 0 && (env.Code != "" || env.Message != "") {
		out = append(out, VendorError{
			Code: transport.VendorCode(string(env.Code)), Message: strings.TrimSpace(string(env.Message)),
		})
	}
	return out
}

// staffID reads the id of an error, which 6.3 writes in a string; anything else
// is no id and must not hide the error.
func staffID(s text) StaffID {
	n, err := strconv.ParseInt(strings.TrimSpace(string(s)), 10, 64)
	if err != nil {
		return 0
	}
	return StaffID(n)
}
