package yesod_test

import (
	"testing"

	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/yesod"
)

// TestDemoCompany checks that exactly those are there whom YESOD knows, those
// who have left included, and that today's query finds the others only.
func TestDemoCompany(t *testing.T) {
	t.Parallel()
	c := company.New(company.Options{Seed: 1, Today: day})
	s := yesod.New(c, yesod.Options{Seed: 1, Now: clock})
	st := state(s)
	i, left := 0, 0
	for _, p := range c.People {
		rec, ok := p.In[company.Yesod]
		if !ok {
			continue
		}
		if i == len(st.Members) {
			t.Fatal("somebody is missing")
		}
		m := st.Members[i]
		want := "在籍"
		switch {
		case p.RetiredOn != nil:
			want = "退職"
			left++
		case p.OnLeave:
			want = "休職"
		}
		if m.EmployeeNumber != rec.Code || m.FamilyName != rec.Family || m.Enrollment != want {
			t.Errorf("member %d is %s %s, want %s %s", i, m.EmployeeNumber, m.Enrollment, rec.Code, want)
		}
		i++
	}
	if i != len(st.Members) || left == 0 {
		t.Errorf("%d members, want %d; %d have left", len(st.Members), i, left)
	}
	for params, want := range map[string]int{"": i - left, "?baseDate=maxLeavingDate": i} {
		if rows := ask(t, s, params, object{"query": inCompany()}); len(rows) != want {
			t.Errorf("query %q: %d members, want %d", params, len(rows), want)
		}
	}
}
