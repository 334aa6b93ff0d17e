package sources

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
)

var (
	_ Scanner = (*Akashi)(nil)
	_ Scanner = (*Jobcan)(nil)
	_ Scanner = (*Carely)(nil)
)

// maxScanPages ends a listing whose pages never end: 100,000 staffs of AKASHI.
const maxScanPages = 5000

// all reads a whole listing, each record once.
func all(ctx context.Context, s Scanner) ([]Person, error) {
	var people []Person
	seen := map[hr.Ref]bool{}
	err := s.Scan(ctx, Scan{}, func(p Page) error {
		for i := range p.Rows {
			if !seen[p.Rows[i].Ref] {
				seen[p.Rows[i].Ref] = true
				people = append(people, p.Rows[i])
			}
		}
		return nil
	})
	return people, err
}

func (s Scan) before(ctx context.Context) error {
	if s.Before == nil {
		return nil
	}
	return s.Before(ctx)
}

// lies makes the error of a listing that cannot be true.
func lies(l hr.Link, what string) error {
	return fault.Upstream(fault.UpstreamBadResponse, string(l.System), l.Name, what)
}

// novelty finds pages that bring nobody new: a listing that repeats itself would
// otherwise be read until its bound.
type novelty struct {
	link hr.Link
	seen map[hr.Ref]bool
}

func (n *novelty) check(rows []Person) error {
	if n.seen == nil {
		n.seen = map[hr.Ref]bool{}
	}
	before := len(n.seen)
	for i := range rows {
		n.seen[rows[i].Ref] = true
	}
	if len(rows) > 0 && len(n.seen) == before {
		return lies(n.link, "a page repeats what earlier pages held")
	}
	return nil
}

// Scan implements Scanner: ceil(N/20) calls (6.4). The first page tells how many
// there are, so the others can be asked for several at a time.
func (a *Akashi) Scan(ctx context.Context, s Scan, take func(Page) error) error {
	first, total := 0, 0
	if s.From != "" {
		if _, err := fmt.Sscanf(s.From, "%d/%d", &first, &total); err != nil || first < 1 {
			return ErrMoved
		}
	}
	l := &staffList{
		a: a, scan: s, resumed: total, news: novelty{link: a.name},
		ahead: map[int]chan staffAnswer{}, places: make(chan struct{}, max(1, s.Parallel)),
	}
	ctx, l.cancel = context.WithCancel(ctx)
	defer l.stop()
	for page := first; page < maxScanPages; page++ {
		p, err := l.page(ctx, page)
		if err != nil {
			return err
		}
		rows := make([]Person, len(p.Staffs))
		for i := range p.Staffs {
			rows[i] = a.person(&p.Staffs[i])
		}
		if err := l.news.check(rows); err != nil {
			return err
		}
		end, err := l.end(page, p)
		if err != nil {
			return err
		}
		out := Page{Rows: rows, Done: page + 1, Total: (l.total + akashi.StaffsPerPage - 1) / akashi.StaffsPerPage}
		if !end {
			out.Next = fmt.Sprintf("%d/%d", page+1, l.total)
			l.askAhead(ctx, page)
		}
		if err := take(out); err != nil || end {
			return err
		}
	}
	return lies(a.name, "the pages do not end")
}

// staffList reads AKASHI's pages in order, some of them ahead.
type staffList struct {
	a     *Akashi
	scan  Scan
	news  novelty
	total int // staffs, as the last page told; 0 when it is not told or not true
	begun int // the same, as the first page told; 0 in a scan that was interrupted
	// resumed is the total when the scan was interrupted, 0 if it was not.
	resumed int

	ahead  map[int]chan staffAnswer
	places chan struct{} // one for each call that may be under way
	next   int           // the first page that was not asked for ahead
	cancel context.CancelFunc
}

type staffAnswer struct {
	page akashi.StaffPage
	err  error
}

// page returns a page: the one that was asked for ahead, if it was.
func (l *staffList) page(ctx context.Context, page int) (akashi.StaffPage, error) {
	if got, ok := l.ahead[page]; ok {
		delete(l.ahead, page)
		select {
		case answer := <-got:
			return answer.page, answer.err
		case <-ctx.Done():
			return akashi.StaffPage{}, context.Cause(ctx)
		}
	}
	if err := l.scan.before(ctx); err != nil {
		return akashi.StaffPage{}, err
	}
	p, err := l.a.client.Staffs(ctx, page)
	if err == nil && l.resumed > 0 && p.TotalCount != l.resumed {
		return akashi.StaffPage{}, ErrMoved
	}
	l.resumed = 0
	return p, err
}

// readAhead is how many times as many pages are wanted as may be asked for at a
// time, so that calls go on while a page is late or is being written down.
const readAhead = 4

// askAhead asks for pages after one, as many as may be asked for at a time.
func (l *staffList) askAhead(ctx context.Context, page int) {
	l.next = max(l.next, page+1)
	for len(l.ahead) < readAhead*l.scan.Parallel && l.next*akashi.StaffsPerPage < l.total {
		answer, page := make(chan staffAnswer, 1), l.next
		l.ahead[page] = answer
		l.next++
		go func() {
			l.places <- struct{}{}
			defer func() { <-l.places }()
			if err := l.scan.before(ctx); err != nil {
				answer <- staffAnswer{err: err}
				return
			}
			p, err := l.a.client.Staffs(ctx, page)
			answer <- staffAnswer{p, err}
		}()
	}
}

// stop ends what was asked for ahead, and waits for it.
func (l *staffList) stop() {
	l.cancel()
	for _, answer := range l.ahead {
		<-answer
	}
}

// end tells whether a page is the last, and checks that the total can be true:
// a short page is the last, and a total below what was listed says nothing.
func (l *staffList) end(page int, p akashi.StaffPage) (bool, error) {
	listed := page*akashi.StaffsPerPage + len(p.Staffs)
	l.total = p.TotalCount
	if l.total < listed && len(p.Staffs) > 0 {
		l.total = 0
	}
	short := len(p.Staffs) < akashi.StaffsPerPage
	if short && l.total > listed {
		return false, lies(l.a.name, "the listing ends before the total it tells")
	}
	end := short || l.total > 0 && listed >= l.total
	if page == 0 {
		l.begun = l.total
	}
	// People who come or go between two pages change the total, and may be missed
	// until the next scan; without such a change everybody must have been listed.
	if end && l.begun > 0 && l.begun == l.total && len(l.news.seen) < l.total {
		return false, lies(l.a.name, "the pages hold fewer people than the total they tell")
	}
	return end, nil
}

// Scan implements Scanner: ceil(N/100) calls, and one more when the last page is
// full. Each page goes on from the last id of the one before, so they are asked
// for one after the other. When no row at all has a staff code it fails: its
// field's name is wrong then, and joining by anything else would mix people up.
func (j *Jobcan) Scan(ctx context.Context, s Scan, take func(Page) error) error {
	last, done, codes := int64(0), 0, false
	if s.From != "" {
		if _, err := fmt.Sscanf(s.From, "%d/%d", &last, &done); err != nil {
			return ErrMoved
		}
		codes = true
	}
	for ; done < maxScanPages; done++ {
		if err := s.before(ctx); err != nil {
			return err
		}
		rows, err := j.client.EmployeesAfter(ctx, jobcan.EmployeeID(last))
		if err != nil {
			return err
		}
		people := make([]Person, len(rows))
		for i := range rows {
			people[i] = j.person(&rows[i])
			codes = codes || rows[i].StaffCode != ""
			last = max(last, int64(rows[i].ID))
		}
		out := Page{Rows: people, Done: done + 1}
		end := len(rows) < jobcan.PageSize
		if !end {
			out.Next = fmt.Sprintf("%d/%d", last, done+1)
		} else if !codes && done+len(rows) > 0 {
			return lies(j.name, "no employee has a staff code; name its field in the configuration")
		}
		if err := take(out); err != nil || end {
			return err
		}
	}
	return lies(j.name, "the pages do not end")
}

// person translates an employee.
func (j *Jobcan) person(r *jobcan.Employee) Person {
	return Person{
		Ref: hr.Ref{Link: j.name, ID: j.text(r.ID)}, Code: r.StaffCode,
		Family: r.LastName, Given: r.FirstName, Email: r.Email,
		HiredOn: parseDate(string(r.EnteredDay)), RetiredOn: parseDate(string(r.RetiredDay)),
	}
}

// Scan implements Scanner: ceil(N/100) calls, one after the other because each
// page tells the cursor of the next.
func (c *Carely) Scan(ctx context.Context, s Scan, take func(Page) error) error {
	after, done := "", 0
	if s.From != "" {
		count, cursor, _ := strings.Cut(s.From, "/")
		n, err := strconv.Atoi(count)
		if err != nil || cursor == "" {
			return ErrMoved
		}
		done, after = n, cursor
	}
	used, news := map[string]bool{after: true}, novelty{link: c.name}
	for ; done < maxScanPages; done++ {
		if err := s.before(ctx); err != nil {
			return err
		}
		rows, next, err := c.client.CustomersAfter(ctx, after)
		if err != nil {
			return err
		}
		people := make([]Person, len(rows))
		for i := range rows {
			if people[i], err = c.person(&rows[i]); err != nil {
				return err
			}
		}
		out := Page{Rows: people, Done: done + 1}
		if err := news.check(people); err != nil {
			return err
		}
		if next != "" {
			if used[next] || len(rows) == 0 {
				return lies(c.name, "the cursor of a page leads nowhere new")
			}
			out.Next = strconv.Itoa(done+1) + "/" + next
		}
		if err := take(out); err != nil || next == "" {
			return err
		}
		used[next], after = true, next
	}
	return lies(c.name, "the pages do not end")
}
