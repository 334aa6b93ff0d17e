package directory_test

import (
	"testing"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

// TestSelf_waitsForWhoeverCountsMore: E1 is AKASHI's 佐藤, and somebody else in
// Carely. While AKASHI was never read, E1 must not be taken for Carely's.
func TestSelf_waitsForWhoeverCountsMore(t *testing.T) {
	t.Parallel()
	fakes := rosters([]sources.Person{
		rec("AKASHI 1 E1 佐藤 花子 hanako@example.jp"), rec("CARELY 3 E1 後藤 洋介 yosuke@example.jp"),
		rec("YESOD 4 E2 - - -"),
	})
	akashi := fakes[0]
	akashi.err = fault.New(fault.UpstreamUnavailable, "down")
	docs := &storetest.Memory{}
	x := index(t, open(docs, fakes...))
	for _, code := range []string{"E1", "E2", "nobody's"} {
		if e, why := x.Self(code); e != nil || why == nil || why.Code != fault.UpstreamUnavailable {
			t.Errorf("without AKASHI %s is %+v, %v", code, e, why)
		}
	}
	if e, why := x.Self(""); e != nil || why != nil {
		t.Errorf("no code is %+v, %v", e, why)
	}

	akashi.err, fakes[2].err = nil, akashi.err
	x = index(t, open(docs, fakes...))
	if e, why := x.Self("E1"); why != nil || e.Name.Family != "佐藤" {
		t.Errorf("what counts less is away: E1 is %+v, %v", e, why)
	}
}

// TestSelf_waitsForTheDecisions: HR may have taken the record off that the rules
// would join.
func TestSelf_waitsForTheDecisions(t *testing.T) {
	t.Parallel()
	x := index(t, open(away{}, newFake(hr.Akashi, person("1", "E1", "佐藤"))))
	if e, why := x.Self("E1"); e != nil || why == nil {
		t.Errorf("without the store E1 is %+v, %v", e, why)
	}
}
