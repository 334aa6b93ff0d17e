package yesod_test

import (
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// day is the last day of the company in these tests.
var day = time.Date(2026, 10, 16, 0, 0, 0, 0, company.JST)

func clock() time.Time { return day.Add(12 * time.Hour) }

// testCompany has five members: E1 heads 人事部 and belongs to 営業本部 too, E2 is
// on leave in a unit that YESOD does not know, E3 has left, E4 starts
// tomorrow, e5 is plain. A sixth person is unknown to YESOD.
func testCompany() *company.Company {
	known := map[company.System]bool{company.Yesod: true}
	c := &company.Company{
		Today: day,
		Organizations: []company.Organization{
			{Key: 0, Parent: -1, Level: 1, Name: "営業本部", Code: "S", In: known},
			{Key: 1, Parent: -1, Level: 1, Name: "管理本部", Code: "A", In: known},
			{Key: 2, Parent: 1, Level: 2, Name: "人事部", Code: "A1", In: known},
			{Key: 3, Parent: 2, Level: 3, Name: "採用課", Code: "A11", In: map[company.System]bool{}},
		},
		Projects: []company.Project{{Key: 0, Code: "P1", Name: "移行", Members: []int{0, 4}, Owners: []int{4}}},
	}
	for i, code := range []string{"E1", "E2", "E3", "E4", "e5"} {
		c.People = append(c.People, company.Person{
			Key: i, FamilyKana: "サイトウ", GivenKana: "ケン", FamilyRoman: "Saito", GivenName: "Ken",
			HiredOn: time.Date(2020, 4, 1, 0, 0, 0, 0, company.JST), EmploymentType: "正社員", JobTitle: "主任",
			Organization: 2,
			In: map[company.System]company.Record{company.Yesod: {
				Code: code, Family: "齋藤", Given: "健", Email: code + "@example.jp",
			}},
		})
	}
	c.People[0].SubUnits, c.People[0].Manages = []int{0}, []int{2}
	c.People[1].OnLeave, c.People[1].Organization = true, 3
	left := time.Date(2026, 9, 30, 0, 0, 0, 0, company.JST)
	c.People[2].RetiredOn = &left
	c.People[3].HiredOn = day.AddDate(0, 0, 1)
	c.People = append(c.People, company.Person{Key: 5, In: map[company.System]company.Record{}})
	return c
}
