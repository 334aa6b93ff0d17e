package akashi

import (
	"maps"
	"slices"
	"strconv"

	"github.com/hitotsu/hitotsu/simulator/company"
)

type wirePunchType struct {
	PunchType   int    `json:"punchType"`
	DisplayName string `json:"displayName"`
}

type wireOrganization struct {
	OrganizationID    int             `json:"organizationId"`
	Name              string          `json:"name"`
	Code              *string         `json:"code"`
	Label             *string         `json:"label"`
	ParentID          *int            `json:"parentId"`
	DisplayPunchTypes []wirePunchType `json:"displayPunchTypes"`
}

// getOrganizations is 6.2: the units of the caller with all below them; with
// includesParents=1 those above as well, up to 企業; with orgId that unit alone.
func getOrganizations(c *call) (any, *refusal) {
	if c.query.Get("includesParents") == "" {
		return nil, badParameter("includesParentsは必須です。") // 6.2.2 (1)
	}
	parents, refused := c.flag("includesParents")
	if refused != nil {
		return nil, refused
	}
	in := c.ownOrganizations()
	if text := c.query.Get("orgId"); text != "" {
		id, err := strconv.Atoi(text)
		if err != nil || !in[id] {
			return nil, notFound("組織")
		}
		in = map[int]bool{id: true}
	} else if parents {
		// Parents come before children: from the last to the first finds all.
		for _, o := range slices.Backward(c.st.organizations) {
			if in[o.id] && o.parent != 0 {
				in[o.parent] = true
			}
		}
	}
	rows := []wireOrganization{}
	for _, o := range c.st.organizations {
		if in[o.id] {
			rows = append(rows, o.wire())
		}
	}
	return struct {
		Count         int                `json:"count"`
		Organizations []wireOrganization `json:"organizations"`
	}{len(rows), rows}, nil
}

// ownOrganizations are the managed units and those below, or for a plain
// employee the own unit and those below.
func (c *call) ownOrganizations() map[int]bool {
	if c.caller.permission == company.PlainEmployee {
		return c.st.descendants(c.caller.organization)
	}
	return maps.Clone(c.below())
}

func (o organization) wire() wireOrganization {
	w := wireOrganization{
		OrganizationID: o.id, Name: o.name,
		DisplayPunchTypes: []wirePunchType{{11, "出社"}, {12, "退社"}},
	}
	if o.code != "" {
		w.Code, w.Label = &o.code, &o.code
	}
	if o.parent != 0 {
		w.ParentID = &o.parent
	}
	return w
}
