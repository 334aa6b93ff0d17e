package company

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"
)

// bookManhours books the worked days of the last 60 days of every member.
func (c *Company) bookManhours() {
	of := map[int][]*Project{}
	for i := range c.Projects {
		for _, key := range c.Projects[i].Members {
			of[key] = append(of[key], &c.Projects[i])
		}
	}
	for key := range c.People {
		if projects := of[key]; projects != nil {
			c.bookPerson(key, projects)
		}
	}
	slices.SortFunc(c.Manhours, func(a, b Manhour) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), a.Date.Compare(b.Date),
			cmp.Compare(a.Project, b.Project), cmp.Compare(a.Task, b.Task))
	})
}

func (c *Company) bookPerson(key int, projects []*Project) {
	r := c.personRNG(key, 3)
	days, _ := c.Attendance(key)
	for _, day := range days[len(days)-manhourDays:] {
		if day.WorkedMinutes == 0 || chance(r, 20) { // somebody forgot the whole day
			continue
		}
		var running []*Project
		for _, p := range projects {
			if p.Runs(day.Date) {
				running = append(running, p)
			}
		}
		if len(running) > 0 {
			c.bookDay(r, key, day, running)
		}
	}
}

// bookDay splits a day over one to three tasks. The sum is the worked time less
// the last minutes, and on one day in sixteen it is off by 15 minutes or more.
func (c *Company) bookDay(r *rand.Rand, key int, day Day, running []*Project) {
	total := day.WorkedMinutes - day.WorkedMinutes%5
	if chance(r, 60) {
		off := 15 + 5*r.IntN(10)
		if r.IntN(2) == 0 || day.WorkedMinutes <= off {
			off = -off
		}
		total = day.WorkedMinutes - off
	}
	booked := map[int]bool{}
	for parts := between(r, 1, 3); parts > 0 && total > 0; parts-- {
		project := pick(r, running)
		task := pick(r, project.Tasks)
		if booked[task.Key] && parts > 1 {
			continue
		}
		minutes := total
		if parts > 1 {
			minutes = min(total, max(1, total/parts/5+r.IntN(6))*5)
		}
		if booked[task.Key] {
			c.addTo(key, task.Key, day.Date, minutes)
			return
		}
		booked[task.Key] = true
		comment := ""
		if chance(r, 40) {
			comment = pick(r, []string{"定例の準備を含む", "障害対応", "手戻りあり"})
		}
		c.Manhours = append(c.Manhours, Manhour{
			Person: key, Project: project.Key, Task: task.Key, Date: day.Date, Minutes: minutes,
			Comment: comment, Closed: day.Date.Before(firstOfMonth(c.Today)),
		})
		total -= minutes
	}
}

// addTo lengthens a booking that the day already has.
func (c *Company) addTo(person, task int, date time.Time, minutes int) {
	for i := len(c.Manhours) - 1; i >= 0; i-- {
		if m := &c.Manhours[i]; m.Person == person && m.Task == task && m.Date.Equal(date) {
			m.Minutes += minutes
			return
		}
	}
}

func firstOfMonth(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, JST)
}
