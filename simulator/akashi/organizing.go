package akashi

import "regexp"

// organizationCode is what 6.1.2 (1) allows in a code.
func organizationCode() *regexp.Regexp { return regexp.MustCompile(`^[a-zA-Z0-9-]+$`) }

// postOrganizations is 6.1: it creates units, a parent before what is below it,
// all of them or none: the document has no room for an error beside a success.
func postOrganizations(c *call) (any, *refusal) {
	if refused := c.mayAdminister(); refused != nil {
		return nil, refused
	}
	rows, refused := c.bodyRows("organizations", "組織")
	if refused != nil {
		return nil, refused
	}
	before := len(c.st.organizations)
	var problems []problem
	for _, row := range rows {
		f := c.fields(row)
		c.st.addOrganization(f)
		problems = append(problems, f.problems(codeNoSuchRow, nil)...)
	}
	if len(problems) > 0 {
		c.st.organizations = c.st.organizations[:before]
		return nil, refuse(problems...)
	}
	c.changed = true
	made := []wireOrganization{}
	for _, o := range c.st.organizations[before:] {
		made = append(made, o.wire())
	}
	return struct {
		Count         int                `json:"count"`
		Organizations []wireOrganization `json:"organizations"`
	}{len(made), made}, nil
}

func (st *state) addOrganization(f *fields) {
	made := organization{
		name:   f.mandatory("name", "組織名", atMost(32), without("/")),
		nameEN: f.plain("name_en", "組織名・英語", atMost(64), without("/")),
		code:   f.plain("code", "組織コード", atMost(32), format(organizationCode())),
		parent: rootID,
	}
	if path := f.plain("parent_organization", "親組織"); path != "" {
		parent := st.organizationAt(path)
		if parent == nil {
			f.fail("親組織が存在しません。")
			return
		}
		made.parent = parent.id
	}
	for _, o := range st.organizations {
		if o.parent == made.parent && o.name == made.name {
			f.fail("組織名が既に登録されています。") // a path would mean two units
		}
	}
	if len(f.wrong) == 0 {
		made.id = st.newID()
		st.organizations = append(st.organizations, made)
	}
}
