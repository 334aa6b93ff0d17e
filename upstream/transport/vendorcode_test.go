package transport_test

import (
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/upstream/transport"
)

func TestVendorCode(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		" ERR300402": "ERR300402", "invalid_grant": "invalid_grant", "email.blank": "email.blank", "": "",
		"山田太郎": "", "a b": "", "taro@example.com": "", "https://x/?token=1": "",
		"0e77ecf9-feab-485a-8ce4-6427f9d3531d": "", strings.Repeat("x", 33): "",
	} {
		if got := transport.VendorCode(said); got != want {
			t.Errorf("%q: %q, want %q", said, got, want)
		}
	}
}
