package yesod

import (
	"fmt"
	"net/url"
	"strings"
)

// Paths are the paths of the API, below the tenant's host. Each endpoint has a
// version of its own, and the product's resale has others in places.
type Paths struct {
	MembersImport, MembersImportAndApply                                   string
	GroupsImport, GroupsImportAndApply                                     string
	OrganizationTransactionsImport, OrganizationTransactionsImportAndApply string
	CompanyTransactionsImport, CompanyTransactionsImportAndApply           string
	OfficeTransactionsImport, OfficeTransactionsImportAndApply             string
	ProjectTransactionsImport, ProjectTransactionsImportAndApply           string
	GroupTree, AttributeLabels, SelectOptions                              string
	// MemberHistories holds {memberId}.
	MemberHistories string
	AuthorityTasks  string
}

const memberPlace = "{memberId}"

// DefaultPaths are the documented paths.
func DefaultPaths() Paths {
	const imports, apply = "/import", "/importAndApply"
	return Paths{
		MembersImport:                          "/api/v21.07/members" + imports,
		MembersImportAndApply:                  "/api/v21.07/members" + apply,
		GroupsImport:                           "/api/v21.07/groups" + imports,
		GroupsImportAndApply:                   "/api/v21.07/groups" + apply,
		OrganizationTransactionsImport:         "/api/v21.07/organizationTransactions" + imports,
		OrganizationTransactionsImportAndApply: "/api/v21.07/organizationTransactions" + apply,
		CompanyTransactionsImport:              "/api/v21.07/companyTransactions" + imports,
		CompanyTransactionsImportAndApply:      "/api/v21.07/companyTransactions" + apply,
		OfficeTransactionsImport:               "/api/v21.07/officeTransactions" + imports,
		OfficeTransactionsImportAndApply:       "/api/v21.07/officeTransactions" + apply,
		ProjectTransactionsImport:              "/api/v21.07/projectTransactions" + imports,
		ProjectTransactionsImportAndApply:      "/api/v21.07/projectTransactions" + apply,
		GroupTree:                              "/api/v20.06/groupTree",
		AttributeLabels:                        "/api/v21.07/attributeLabel",
		SelectOptions:                          "/api/v25.04/options",
		MemberHistories:                        "/api/v22.10/members/" + memberPlace + "/histories",
		AuthorityTasks:                         "/api/v22.10/authorityTasks",
	}
}

func allPaths(p *Paths) []*string {
	return []*string{
		&p.MembersImport, &p.MembersImportAndApply, &p.GroupsImport, &p.GroupsImportAndApply,
		&p.OrganizationTransactionsImport, &p.OrganizationTransactionsImportAndApply,
		&p.CompanyTransactionsImport, &p.CompanyTransactionsImportAndApply,
		&p.OfficeTransactionsImport, &p.OfficeTransactionsImportAndApply,
		&p.ProjectTransactionsImport, &p.ProjectTransactionsImportAndApply,
		&p.GroupTree, &p.AttributeLabels, &p.SelectOptions, &p.MemberHistories, &p.AuthorityTasks,
	}
}

// withDefaults fills empty paths and checks all.
func (p Paths) withDefaults() (Paths, error) {
	d := DefaultPaths()
	defaults := allPaths(&d)
	for i, path := range allPaths(&p) {
		if *path == "" {
			*path = *defaults[i]
		}
		if !strings.HasPrefix(*path, "/") || strings.ContainsAny(*path, "?#") {
			return p, fmt.Errorf("yesod: the path for %s must begin with / and have no query", *defaults[i])
		}
		if strings.Contains(*path, memberPlace) != strings.Contains(*defaults[i], memberPlace) {
			return p, fmt.Errorf("yesod: %s belongs into the path of histories only", memberPlace)
		}
	}
	return p, nil
}

// url is the address of a path with a query.
func (c *Client) at(path string, query url.Values) *url.URL {
	u := *c.base
	u.Path += path
	u.RawQuery = query.Encode()
	return &u
}
