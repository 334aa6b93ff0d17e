package carely_test

import (
	"fmt"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// day is the last day of the company in these tests.
var day = time.Date(2026, 10, 16, 0, 0, 0, 0, company.JST)

// testCompany has people in a unit of the second level, with two months of
// overtime each. The second is on leave, the third has retired, the fourth has
// no mail address, the last is unknown to Carely.
func testCompany(people int) *company.Company {
	all := map[company.System]bool{company.Carely: true}
	c := &company.Company{
		Today: day,
		Organizations: []company.Organization{
			{Key: 0, Parent: -1, Level: 1, Name: "営業本部", Code: "S", In: all},
			{Key: 1, Parent: 0, Level: 2, Name: "東日本営業部", Code: "S1", In: all},
			{Key: 2, Parent: -1, Level: 1, Name: "人事総務部", Code: "H", In: all},
			{Key: 3, Parent: 2, Level: 2, Name: "人事部", Code: "H1", In: map[company.System]bool{}},
		},
	}
	for i := range people {
		code := fmt.Sprintf("E%05d", i+1)
		p := company.Person{
			Key: i, Code: code, FamilyKana: "タカハシ", GivenKana: "ハナコ", Female: true,
			BornOn:  time.Date(1986, 10, 17, 0, 0, 0, 0, company.JST),
			HiredOn: time.Date(2020, 4, 1, 0, 0, 0, 0, company.JST), EmploymentType: "正社員", Organization: 1,
			In: map[company.System]company.Record{
				company.Carely: {Code: code, Family: "髙橋", Given: "花子", Email: code + "@example.jp"},
			},
			Overtimes: []company.Overtime{
				{Month: time.Date(2026, 8, 1, 0, 0, 0, 0, company.JST), Minutes: 1800 + i},
				{Month: time.Date(2026, 9, 1, 0, 0, 0, 0, company.JST), Minutes: 90},
			},
		}
		c.People = append(c.People, p)
	}
	c.People[0].Persona = company.PersonaHR
	c.People[0].Organization = 3
	c.People[1].OnLeave = true
	retired := day.AddDate(0, 0, -1)
	c.People[2].RetiredOn = &retired
	rec := c.People[3].In[company.Carely]
	rec.Email = ""
	c.People[3].In[company.Carely] = rec
	c.People = append(c.People, company.Person{Key: people, In: map[company.System]company.Record{}})
	return c
}
