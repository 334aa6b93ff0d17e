package company

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// Systems returns the four systems in the order of their documentation.
func Systems() []System { return []System{Akashi, Jobcan, Carely, Yesod} }

// deck deals people out, each at most once, so that nobody is odd in two ways
// and every oddity can be seen by itself.
type deck struct{ keys []int }

func newDeck(r *rand.Rand, people int) *deck {
	keys := make([]int, 0, people)
	for key := firstFree; key < people-3; key++ {
		keys = append(keys, key)
	}
	r.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	return &deck{keys}
}

// deal takes n people off the deck; an empty deck deals nobody.
func (d *deck) deal(n int) []int {
	n = min(n, len(d.keys))
	dealt := d.keys[:n:n]
	d.keys = d.keys[n:]
	return dealt
}

// untidy decides what each system knows of each person.
func (c *Company) untidy() {
	n := len(c.People)
	r := c.rng(streamUntidy)
	for i := range c.People {
		p := &c.People[i]
		record := Record{Code: p.Code, Family: p.Family, Given: p.Given, Email: p.Email}
		p.In = map[System]Record{Akashi: record, Jobcan: record, Carely: record, Yesod: record}
	}
	d := newDeck(r, n)
	c.retire(d)
	for _, key := range d.deal(min(max(2, n/60), 40)) {
		c.People[key].OnLeave = true
	}
	c.renameCharacters(d)
	c.recode(d)
	for i, key := range d.deal(3) {
		c.rewrite(key, []System{Jobcan, Carely, Yesod}[i], func(record *Record) {
			record.Email = strings.Replace(record.Email, "@", "@old.", 1)
		})
	}
	for _, system := range Systems() {
		for _, key := range d.deal(min(max(1, n/75), 40)) {
			delete(c.People[key].In, system)
		}
	}
	for _, system := range Systems() {
		for _, key := range d.deal(min(max(1, n/150), 20)) {
			c.People[key].In = map[System]Record{system: c.People[key].In[system]}
		}
	}
}

// retire ends the employment of some. The HR master and the health system keep
// them; the attendance systems still list only a few, as systems do.
func (c *Company) retire(d *deck) {
	for i, key := range d.deal(min(max(8, len(c.People)/25), 200)) {
		p := &c.People[key]
		daysAgo := 20 + i*23%500
		last := c.Today.AddDate(0, 0, -daysAgo)
		if last.Before(p.HiredOn) {
			last = p.HiredOn.AddDate(0, 0, 30)
		}
		p.RetiredOn = &last
		if i%6 != 0 {
			delete(p.In, Akashi)
		}
		if i%4 != 0 {
			delete(p.In, Jobcan)
		}
	}
}

// renameCharacters gives some people a name with a variant character: the old
// form in one system only, or the common form in one system only.
func (c *Company) renameCharacters(d *deck) {
	families := familyNames()
	taken := map[string]bool{}
	for i := range c.People {
		taken[c.People[i].Email] = true
	}
	for i, key := range d.deal(8) {
		pair := variants()[i%len(variants())]
		common := families[slices.IndexFunc(families, func(n name) bool { return n.kanji == pair[0] })]
		p := &c.People[key]
		most, one := pair[0], pair[1]
		if i >= len(variants()) {
			most, one = one, most
		}
		p.Family, p.FamilyKana, p.FamilyRoman = most, common.kana, common.roman
		p.Email = mailOf(taken, p)
		for _, system := range Systems() {
			c.rewrite(key, system, func(record *Record) { record.Family, record.Email = most, p.Email })
		}
		c.rewrite(key, Systems()[i%4], func(record *Record) { record.Family = one })
	}
}

// recode writes some codes differently in one system: in lower case, without
// the letter, or without letter and leading zeros.
func (c *Company) recode(d *deck) {
	spellings := []func(string) string{
		strings.ToLower,
		func(code string) string { return strings.TrimPrefix(code, "E") },
		func(code string) string { return strings.TrimLeft(code, "E0") },
	}
	for i, key := range d.deal(9) {
		c.rewrite(key, []System{Jobcan, Carely, Yesod}[i/3], func(record *Record) {
			record.Code = spellings[i%3](record.Code)
		})
	}
}

// rewrite changes what one system knows of a person.
func (c *Company) rewrite(key int, system System, change func(*Record)) {
	in := c.People[key].In
	if record, ok := in[system]; ok {
		change(&record)
		in[system] = record
	}
}
