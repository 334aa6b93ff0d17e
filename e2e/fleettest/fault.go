package fleettest

import (
	"net/http"
	"testing"
)

// Fault makes the system answer wrongly or late, as the JSON of a fault says.
func (c *Control) Fault(tb testing.TB, fault string) {
	tb.Helper()
	c.do(tb, http.MethodPost, "/fault", fault)
}

// Mend ends all faults.
func (c *Control) Mend(tb testing.TB) {
	tb.Helper()
	c.do(tb, http.MethodDelete, "/fault", "")
}
