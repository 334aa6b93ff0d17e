package company

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// The Keys of people with a part to play.
const (
	keyHR       = 0
	keyManager  = 1
	keyEmployee = 2
	keyNumeric  = 20 // code "0016", which is nobody's id 16
	keyUpper    = 30 // code "A1"
	keyLower    = 31 // code "a1"
	firstFree   = 32 // Keys from here may be drawn for anything else
)

// hire makes the people: who they are and where they belong, all tidy.
func (c *Company) hire(n int) {
	r := c.rng(streamPeople)
	families, females, males := familyNames(), femaleNames(), maleNames()
	units := c.seats(r, n)
	mails := map[string]bool{}
	c.People = make([]Person, n)
	for key := range c.People {
		female := r.IntN(2) == 0
		given := pick(r, males)
		if female {
			given = pick(r, females)
		}
		family := pick(r, families)
		p := &c.People[key]
		*p = Person{
			Key: key, Code: codeOf(key), Female: female,
			Family: family.kanji, FamilyKana: family.kana, FamilyRoman: family.roman,
			Given: given.kanji, GivenKana: given.kana, GivenName: given.roman,
			HiredOn: c.hiredOn(r, key, n), EmploymentType: employmentType(r), JobTitle: "一般",
			Organization: units[key], Permission: PlainEmployee,
			night: units[key] == unitNight, busyMinutes: between(r, 0, 110),
		}
		p.BornOn = p.HiredOn.AddDate(-between(r, 20, 38), 0, -between(r, 0, 364))
		p.Email = mailOf(mails, p)
		if key >= firstFree && chance(r, 50) {
			p.SubUnits = []int{(p.Organization + between(r, 1, 20)) % len(c.Organizations)}
		}
		if p.night {
			p.EmploymentType = "正社員"
		}
	}
	c.People[keyHR].Persona = PersonaHR
	c.People[keyManager].Persona = PersonaManager
	c.People[keyEmployee].Persona = PersonaEmployee
	for _, key := range []int{keyHR, keyManager, keyEmployee} {
		c.People[key].EmploymentType = "正社員"
	}
}

func codeOf(key int) string {
	switch key {
	case keyNumeric:
		return "0016"
	case keyUpper:
		return "A1"
	case keyLower:
		return "a1"
	default:
		return fmt.Sprintf("E%05d", key+1)
	}
}

func employmentType(r *rand.Rand) string {
	switch n := r.IntN(100); {
	case n < 78:
		return "正社員"
	case n < 92:
		return "契約社員"
	default:
		return partTimer
	}
}

const partTimer = "パートタイマー"

// hiredOn spreads the start of work over 24 years in the order of the codes;
// the last three people came within the last weeks.
func (c *Company) hiredOn(r *rand.Rand, key, n int) time.Time {
	if left := n - 1 - key; left < 3 {
		return c.Today.AddDate(0, 0, -8-left*12)
	}
	months := 24*12 - (24*12-6)*key/n + between(r, 0, 3)
	day := c.Today.AddDate(0, 0, 1-c.Today.Day())
	return day.AddDate(0, -months, 0)
}

// mailOf makes an address that nobody has yet.
func mailOf(taken map[string]bool, p *Person) string {
	local := strings.ToLower(p.GivenName + "." + p.FamilyRoman)
	for n := 1; ; n++ {
		mail := local + "@hitotsu-demo.example"
		if n > 1 {
			mail = local + strconv.Itoa(n) + "@hitotsu-demo.example"
		}
		if !taken[mail] {
			taken[mail] = true
			return mail
		}
	}
}

// seats returns the main unit of each person. The persona manager's units hold
// 20 to 40 people in a company of any size; so does the night team 4 to 10.
func (c *Company) seats(r *rand.Rand, n int) []int {
	managed := min(max(n*12/100, 20), 40)
	night := min(max(n/40, 4), 10)
	seats := make([]int, 0, n)
	for i := range managed - 2 {
		seats = append(seats, []int{unitManagedA, unitManagedB, unitManagedA, unitManagedB, unitManaged}[i%5])
	}
	for range night {
		seats = append(seats, unitNight)
	}
	var others []int // a unit appears as often as it should be drawn
	for _, o := range c.Organizations {
		weight := []int{0, 1, 3, 6}[o.Level]
		switch o.Key {
		case unitManaged, unitManagedA, unitManagedB, unitNight:
			weight = 0
		}
		for range weight {
			others = append(others, o.Key)
		}
	}
	for len(seats) < n-3 {
		seats = append(seats, pick(r, others))
	}
	r.Shuffle(len(seats), func(i, j int) { seats[i], seats[j] = seats[j], seats[i] })
	return append([]int{unitHR, unitManaged, unitManagedA}, seats...)
}

// appoint gives every unit a manager where somebody suits: a person of the unit
// itself, known to all systems under one code.
func (c *Company) appoint() {
	hr, manager := &c.People[keyHR], &c.People[keyManager]
	hr.Permission, hr.JobTitle = CompanyAdministrator, "人事部長"
	manager.Permission, manager.JobTitle, manager.Manages = Manager, "部長", []int{unitManaged}
	titles := []string{"", "本部長", "部長", "課長"}
	for _, o := range c.Organizations {
		if o.Key == unitManaged {
			continue
		}
		for i := firstFree; i < len(c.People); i++ {
			p := &c.People[i]
			if p.Organization == o.Key && p.tidy() && p.EmploymentType == "正社員" {
				p.Permission, p.JobTitle, p.Manages = Manager, titles[o.Level], []int{o.Key}
				break
			}
		}
	}
	for i := firstFree; i < len(c.People); i++ {
		if p := &c.People[i]; p.JobTitle == "一般" && i%6 == 0 {
			p.JobTitle = "主任"
		}
	}
}

// tidy is true for somebody whom every system writes down in the same way.
func (p *Person) tidy() bool {
	if p.RetiredOn != nil || p.OnLeave || len(p.In) < 4 {
		return false
	}
	want := Record{Code: p.Code, Family: p.Family, Given: p.Given, Email: p.Email}
	for _, record := range p.In {
		if record != want {
			return false
		}
	}
	return true
}
