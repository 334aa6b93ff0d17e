package akashi

import (
	"context"
	"net/http"
	"strings"
)

// NewOrganization is a row of 6.1. Organisations are only made, never changed.
type NewOrganization struct {
	// Name has at most 32 characters and no /.
	Name string `wire:"name"`
	// NameEn has at most 64 characters and no /.
	NameEn *string `wire:"name_en"`
	// Code has at most 32 characters of a-z A-Z 0-9 -.
	Code *string `wire:"code"`
	// ParentOrganization is the path of names from the top, joined by /, without
	// 企業; nil or empty makes one at the top. A parent made in the same request
	// comes first.
	ParentOrganization *string `wire:"parent_organization"`
}

// CreateOrganizations makes organisations (6.1). It is sent once: a creation
// that is repeated makes another. The errors of 6.1 name no row: of several rows
// without an answer all are Unknown, and the errors are beside them. Who needs to
// know of each row whether it was refused sends them one by one, parents first.
func (c *Client) CreateOrganizations(ctx context.Context, rows []NewOrganization) (Result[Organization], error) {
	k := c.checker("6.1")
	body := encode(rows)
	k.rows(body)
	ids := make([]identity, len(rows))
	for i, row := range body {
		parent := str(row["parent_organization"])
		if parent == RootOrganization || strings.HasPrefix(parent, RootOrganization+"/") {
			k.add(i, "parent_organization", "without %s", RootOrganization)
		}
		ids[i] = identity{code: str(row["code"]), name: str(row["name"])}
	}
	if err := k.fault(c); err != nil {
		return Result[Organization]{}, err
	}
	return sendBatch(ctx, c, write{
		operation: "akashi.createOrganizations", method: http.MethodPost, path: []string{"organizations"},
		body: map[string]any{"organizations": body},
	}, batch[wireOrganizations, Organization]{
		rows: ids,
		list: func(w *wireOrganizations) ([]Organization, bool) {
			out := make([]Organization, len(w.Organizations))
			for i := range w.Organizations {
				out[i] = w.Organizations[i].organization()
			}
			return out, w.Organizations != nil
		},
		value: func(o Organization) identity { return identity{code: o.Code, name: o.Name} },
	})
}

// str is the text of an encoded field, "" for none.
func str(v any) string {
	s, _ := v.(string)
	return s
}
