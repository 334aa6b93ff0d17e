package e2e_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/access"
	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/native"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
	"github.com/hitotsu/hitotsu/resolvers"
)

// A write to a system that is not connected says so: null without an error would
// be taken for done.
func TestMutation_namespaceOfASystemNotConnected(t *testing.T) {
	t.Parallel()
	dir := directory.New(directory.Options{
		Identities: directory.NewIdentities(&storetest.Memory{}, slog.New(slog.DiscardHandler)), Now: time.Now,
	})
	root := &resolvers.Root{Directory: dir, Native: native.New(native.Options{Directory: dir})}
	ctx := resolvers.Begin(t.Context(), access.Caller{Name: "hr", Role: access.HR})
	m := root.Mutation()
	for name, ask := range map[string]func() (bool, error){
		"akashi": func() (bool, error) { v, err := m.Akashi(ctx, nil); return v == nil, err },
		"carely": func() (bool, error) { v, err := m.Carely(ctx, nil); return v == nil, err },
		"jobcan": func() (bool, error) { v, err := m.Jobcan(ctx, nil); return v == nil, err },
		"yesod":  func() (bool, error) { v, err := m.Yesod(ctx, nil); return v == nil, err },
	} {
		if null, err := ask(); !null || fault.CodeOf(err) != fault.NotConnected {
			t.Errorf("%s: null %v, error %v", name, null, err)
		}
	}
}
