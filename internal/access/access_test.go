package access_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/access"
	"github.com/hitotsu/hitotsu/internal/hr"
)

func TestFacts_MaySee(t *testing.T) {
	t.Parallel()
	self := &hr.Employee{ID: "self", OrganizationID: "elsewhere"}
	inside := &hr.Employee{ID: "inside", OrganizationID: "managed"}
	outside := &hr.Employee{ID: "outside", OrganizationID: "other"}
	nowhere := &hr.Employee{ID: "nowhere"}
	people := []*hr.Employee{self, inside, outside, nowhere}
	managed := map[hr.OrganizationID]bool{"managed": true}

	for name, tc := range map[string]struct {
		facts access.Facts
		want  []*hr.Employee
	}{
		"hr sees everybody":                   {access.Facts{Role: access.HR}, people},
		"manager sees the managed and self":   {access.Facts{Role: access.Manager, Self: "self", Managed: managed}, []*hr.Employee{self, inside}},
		"manager without relations sees self": {access.Facts{Role: access.Manager, Self: "self"}, []*hr.Employee{self}},
		"employee sees self only":             {access.Facts{Role: access.Employee, Self: "self", Managed: managed}, []*hr.Employee{self}},
		"key without an employee sees nobody": {access.Facts{Role: access.Employee}, []*hr.Employee{}},
		"no role sees nobody":                 {access.Facts{}, []*hr.Employee{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, tc.facts.Visible(people)); diff != "" {
				t.Errorf("visible (-want +got):\n%s", diff)
			}
			if tc.facts.MaySee(nil) {
				t.Error("nobody at all is visible")
			}
		})
	}
}

func TestFacts_vendorDataIsForHR(t *testing.T) {
	t.Parallel()
	for role, want := range map[access.Role]bool{access.HR: true, access.Manager: false, access.Employee: false, "": false} {
		facts := access.Facts{Role: role}
		if got := facts.MaySeeVendorData(); got != want {
			t.Errorf("%q: MaySeeVendorData = %v, want %v", role, got, want)
		}
		if got := facts.MayWriteVendorData(); got != want {
			t.Errorf("%q: MayWriteVendorData = %v, want %v", role, got, want)
		}
	}
}
