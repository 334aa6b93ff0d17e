package resolvers

import (
	"context"
	"slices"

	"github.com/hitotsu/hitotsu/graph/relay"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
)

// mayUseVendors refuses whoever may not use the vendors' namespaces.
func (r *Root) mayUseVendors(ctx context.Context) error {
	who, err := r.asking(ctx)
	if err != nil {
		return err
	}
	if !who.facts.MaySeeVendorData() {
		return fault.New(fault.Forbidden, "only HR may use what belongs to one system; ask for an employee's fields instead")
	}
	return nil
}

// mayWriteVendors refuses whoever may not write in the vendors' namespaces.
func (r *Root) mayWriteVendors(ctx context.Context) error {
	who, err := r.asking(ctx)
	if err != nil {
		return err
	}
	if !who.facts.MayWriteVendorData() {
		return fault.New(fault.Forbidden, "only HR may change what belongs to one system")
	}
	return nil
}

// connected returns the name of a link. A system that is not connected is null
// without an error; a link that does not exist beside others is an error.
func (r *Root) connected(system hr.System, link *string) (string, error) {
	name := hr.DefaultLink
	if link != nil {
		name = *link
	}
	links := r.Native.Links(system)
	if slices.Contains(links, name) {
		return name, nil
	}
	if len(links) > 0 {
		return "", fault.New(fault.BadUserInput, "no link of this name is configured; systems lists them")
	}
	return "", nil
}

// writable is connected for writes: without a link there is nothing to write to.
func (r *Root) writable(system hr.System, link *string) (string, error) {
	name, err := r.connected(system, link)
	if err == nil && name == "" {
		return "", fault.Upstream(fault.NotConnected, string(system), "", "no link to this system is configured")
	}
	return name, err
}

// byLink asks once for each object of a namespace that the operation names.
func byLink[O, T any](objs []O, ask func(O) (T, error)) ([]T, error) {
	out, errs := make([]T, len(objs)), make([]error, len(objs))
	for i, o := range objs {
		out[i], errs[i] = ask(o)
	}
	return out, orNil(errs)
}

// nativePages cuts a page out of what each link lists.
func nativePages[O any, T relay.Row](
	objs []O, first *int, after *string, list func(O) ([]T, error),
) ([]*relay.Connection[T], error) {
	window, err := relay.NewWindow[T](first, after)
	if err != nil {
		return nil, err
	}
	return byLink(objs, func(o O) (*relay.Connection[T], error) {
		rows, err := list(o)
		if err != nil {
			return nil, err
		}
		relay.Sort(rows)
		return relay.Page(rows, window), nil
	})
}
