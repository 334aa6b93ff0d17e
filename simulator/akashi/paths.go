package akashi

import "strings"

// organizationAt finds a unit by the names from the top, joined by "/" and
// without 企業, which stands for the top itself (6.3.2 ※2).
func (st *state) organizationAt(path string) *organization {
	if path == rootName {
		return st.organization(rootID)
	}
	at := rootID
	for name := range strings.SplitSeq(path, "/") {
		next := 0
		for _, o := range st.organizations {
			if o.parent == at && o.name == name {
				next = o.id
				break
			}
		}
		if next == 0 {
			return nil
		}
		at = next
	}
	return st.organization(at)
}

// organizationCoded finds a unit by its code.
func (st *state) organizationCoded(code string) *organization {
	for i := range st.organizations {
		if code != "" && st.organizations[i].code == code {
			return &st.organizations[i]
		}
	}
	return nil
}

// unit reads a unit that a row names by path or by code; when it names both,
// both must mean the same. 0 means that it names none.
func (f *fields) unit(st *state, pathName, codeName, label string) int {
	path, code := f.plain(pathName, label), f.plain(codeName, label+"コード")
	id := 0
	if path != "" {
		o := st.organizationAt(path)
		if o == nil {
			f.fail("%sが存在しません。", label)
			return 0
		}
		id = o.id
	}
	if code != "" {
		o := st.organizationCoded(code)
		if o == nil {
			f.fail("%sコードが存在しません。", label)
			return 0
		}
		if id != 0 && id != o.id {
			f.fail("%sと%sコードが一致しません。", label, label)
			return 0
		}
		id = o.id
	}
	return id
}
