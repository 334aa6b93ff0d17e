package company

import "time"

// recordOvertimes writes the overtime of 14 months as the health system has it.
// Most people stay under 45 hours a month; three went over it, one over 80, and
// four lack the rows of some months.
func (c *Company) recordOvertimes() {
	var odd []*Person
	for i := range c.People {
		p := &c.People[i]
		c.recordOvertime(p)
		if i >= firstFree && len(odd) < 8 && p.tidy() && len(p.Overtimes) == overtimeMonths {
			odd = append(odd, p)
		}
	}
	for i, p := range odd {
		last := len(p.Overtimes) - 1
		switch {
		case i == 0:
			p.Overtimes[last-2].Minutes = 83*60 + 20
		case i <= 3:
			p.Overtimes[last-i].Minutes = 46*60 + i*95
		default:
			// Some months were never entered.
			p.Overtimes = append(p.Overtimes[:i:i], p.Overtimes[i+2:]...)
		}
	}
}

func (c *Company) recordOvertime(p *Person) {
	r := c.personRNG(p.Key, 2)
	first := time.Date(c.Today.Year(), c.Today.Month(), 1, 0, 0, 0, 0, JST)
	for ago := overtimeMonths - 1; ago >= 0; ago-- {
		month := first.AddDate(0, -ago, 0)
		minutes := min(p.busyMinutes*between(r, 8, 13)+between(r, 0, 90), 44*60)
		gone := p.RetiredOn != nil && month.After(*p.RetiredOn)
		if gone || !month.AddDate(0, 1, -1).After(p.HiredOn) {
			continue
		}
		if p.OnLeave {
			minutes = 0
		}
		p.Overtimes = append(p.Overtimes, Overtime{Month: month, Minutes: minutes})
	}
}
