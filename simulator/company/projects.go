package company

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// startProjects makes the projects, their tasks and who takes part.
func (c *Company) startProjects() {
	r := c.rng(streamProjects)
	clients := []string{"青葉商事", "北斗製薬", "みなと銀行", "さくら電機", "社内", "東都物流", "山手保険", "瀬戸内化学"}
	works := []string{"基幹刷新", "勤怠連携", "データ基盤構築", "店舗アプリ開発", "保守運用"}
	task := 0
	c.Projects = make([]Project, projectCount)
	for key := range c.Projects {
		client, work := clients[key%len(clients)], works[key/len(clients)]
		p := &c.Projects[key]
		*p = Project{
			Key: key, Code: fmt.Sprintf("PJ-%03d", key+1), Name: client + " " + work,
			ShortName: client, Open: key%13 == 4,
		}
		if key%5 == 0 {
			p.Remarks = "月次で" + client + "へ報告"
		}
		c.schedule(r, p)
		for i := range between(r, 2, 8) {
			p.Tasks = append(p.Tasks, newTask(r, p, task, i))
			task++
		}
	}
	c.staff(r)
}

// schedule sets the dates: the first 30 projects run through the whole time of
// the man-hours, three of them without dates; then come ended and coming ones.
func (c *Company) schedule(r *rand.Rand, p *Project) {
	day := func(months int) *time.Time {
		d := time.Date(c.Today.Year(), c.Today.Month()+time.Month(months), 1, 0, 0, 0, 0, JST)
		return &d
	}
	lastDay := func(months int) *time.Time {
		d := day(months+1).AddDate(0, 0, -1)
		return &d
	}
	switch {
	case p.Key < 3:
	case p.Key < 30:
		p.StartsOn, p.EndsOn = day(-between(r, 4, 20)), lastDay(between(r, 1, 14))
		if p.Key%7 == 0 {
			p.EndsOn = nil
		}
	case p.Key < 36:
		p.StartsOn, p.EndsOn = day(-between(r, 8, 20)), lastDay(-between(r, 1, 4))
	default:
		p.StartsOn, p.EndsOn = day(between(r, 1, 2)), lastDay(between(r, 5, 9))
	}
}

func newTask(r *rand.Rand, p *Project, key, index int) Task {
	names := []string{"要件定義", "設計", "実装", "テスト", "レビュー", "打ち合わせ", "移行", "教育"}
	hours := between(r, 2, 40) * 10
	return Task{
		Key: key, Code: fmt.Sprintf("%s-T%d", p.Code, index+1), Name: names[index], Index: index + 1,
		EstimatedMinutes: hours * 60, EstimatedYen: hours * 6_000,
		Finished: p.EndsOn != nil && p.Key >= 30 && p.Key < 36 || index == 0 && p.Key%3 == 0,
	}
}

// projectStaff is how many people at most take part in projects, whatever the
// size of the company.
const projectStaff = 240

// staff puts people on projects: everybody chosen is on one that runs through
// the whole time, and perhaps on further ones.
func (c *Company) staff(r *rand.Rand) {
	chosen := []int{keyManager, keyEmployee}
	for key := firstFree; key < len(c.People) && len(chosen) < projectStaff; key++ {
		p := &c.People[key]
		if _, known := p.In[Akashi]; known && p.RetiredOn == nil && !p.OnLeave && chance(r, 750) {
			chosen = append(chosen, key)
		}
	}
	for i, key := range chosen {
		on := []int{i % 30}
		for range r.IntN(3) {
			on = append(on, r.IntN(projectCount))
		}
		if key == keyEmployee {
			on = append(on, 0, 5) // with the manager, and one more
		}
		slices.Sort(on)
		for _, project := range slices.Compact(on) {
			c.Projects[project].Members = append(c.Projects[project].Members, key)
		}
	}
	for i := range c.Projects {
		p := &c.Projects[i]
		if len(p.Members) == 0 {
			p.Members = []int{chosen[i%len(chosen)]}
		}
		slices.Sort(p.Members)
		p.Owners = append(p.Owners, p.Members[0])
		if last := p.Members[len(p.Members)-1]; i%4 == 0 && last != p.Owners[0] {
			p.Owners = append(p.Owners, last)
		}
	}
}

// Runs tells whether the project may be booked on at a date.
func (p *Project) Runs(date time.Time) bool {
	return (p.StartsOn == nil || !date.Before(*p.StartsOn)) && (p.EndsOn == nil || !date.After(*p.EndsOn))
}
