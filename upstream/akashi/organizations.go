package akashi

import (
	"context"
	"net/url"
)

// OrganizationID is AKASHI's id of an organisation; 0 is none.
type OrganizationID int64

// Organization is an organisation of 6.2.
type Organization struct {
	ID OrganizationID
	// ParentID is 0 for the root, 企業.
	ParentID          OrganizationID
	Name, Code, Label string
	DisplayPunchTypes []DisplayPunchType
}

// DisplayPunchType is a punch button that the organisation shows.
type DisplayPunchType struct {
	PunchType   int
	DisplayName string
}

type wireOrganizations struct {
	Organizations list[wireOrganization] `json:"organizations"`
}

type wireOrganization struct {
	ID                num  `json:"organizationId"`
	Name              text `json:"name"`
	Code              text `json:"code"`
	Label             text `json:"label"`
	ParentID          num  `json:"parentId"`
	DisplayPunchTypes list[struct {
		PunchType   num  `json:"punchType"`
		DisplayName text `json:"displayName"`
	}] `json:"displayPunchTypes"`
}

// Organizations reads the organisations the token's owner may see and those
// below them; withParents adds their ancestors up to the root (6.2). It is not
// paged.
func (c *Client) Organizations(ctx context.Context, withParents bool) ([]Organization, error) {
	q := url.Values{"includesParents": {"0"}}
	if withParents {
		q.Set("includesParents", "1")
	}
	return c.organizations(ctx, q)
}

// Organization reads one organisation (6.2 with orgId). A missing one is
// UpstreamRefused or an empty answer, which is UpstreamBadResponse.
func (c *Client) Organization(ctx context.Context, id OrganizationID) (Organization, error) {
	all, err := c.organizations(ctx, url.Values{"includesParents": {"0"}, "orgId": {itoa(id)}})
	if err != nil {
		return Organization{}, err
	}
	for _, o := range all {
		if o.ID == id {
			return o, nil
		}
	}
	return Organization{}, c.bad("the answer does not hold the organisation that was asked for")
}

func (c *Client) organizations(ctx context.Context, q url.Values) ([]Organization, error) {
	w, err := get[wireOrganizations](ctx, c, "akashi.listOrganizations", q, "organizations")
	if err != nil {
		return nil, err
	}
	if w.Organizations == nil {
		return nil, c.bad("the answer has no organizations")
	}
	out := make([]Organization, 0, len(w.Organizations))
	for _, o := range w.Organizations {
		if !o.ID.Set {
			return nil, c.bad("an organisation has no organizationId")
		}
		out = append(out, o.organization())
	}
	return out, nil
}

func (w *wireOrganization) organization() Organization {
	o := Organization{
		ID: OrganizationID(w.ID.N), ParentID: OrganizationID(w.ParentID.N),
		Name: string(w.Name), Code: string(w.Code), Label: string(w.Label),
	}
	for _, p := range w.DisplayPunchTypes {
		o.DisplayPunchTypes = append(o.DisplayPunchTypes, DisplayPunchType{p.PunchType.Int(), string(p.DisplayName)})
	}
	return o
}
