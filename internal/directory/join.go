package directory

import (
	"cmp"
	"slices"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
)

// This file is the one place that decides which records are one person.
//
// A wrong join shows somebody another person's hours or health; a missed one
// shows two rows. So a rule joins only what it can join in one way, and whatever
// it leaves for that reason is listed as a conflict, for a person to decide.
//
// The rules, in order. Each sees what the rules before it have joined.
//
//  1. By hand. What HR linked is one person. A record that HR took off an
//     employee is left alone by every other rule from then on, whoever else
//     appears later; only a hand joins it again.
//  2. The employee code, character by character. Where several records of one
//     system have a code (two links of a group of companies that both begin at
//     0001, somebody hired twice), the code alone says nothing, and joins only
//     those who also share the e-mail address or the whole name.
//  3. The code without what people vary as they type: width, case, spaces,
//     hyphens, leading zeros. 0016 and 16 may be two people of one system, so the
//     form must be unique in each, and neither name nor address may speak against
//     it.
//  4. The e-mail address, unique in each link, of records whose codes can be the
//     same. A shared mailbox gives itself away by the names.
//
// What contradicts. Equal codes are strong evidence, so it takes two witnesses to
// refuse them: the name and the address must both differ. One of them differs for
// good reasons. A name: marriage, a maiden name kept at work, an old form of a
// kanji, one system in Latin letters. Hence only given names are compared (they
// outlive marriages), a reading in kana may stand in for the writing, and names
// in different scripts do not tell. An address: a changed domain, a private one in
// the health system. If the only witness there is differs (a given name, where
// one system knows no address), the code still joins, the confidence is lower and
// the pair is listed as a doubt. For the weaker rules one witness is enough to
// refuse, unless the other one speaks for the pair.
//
// The result depends on the set of records and decisions alone, never on their
// order: buckets are visited in the order of their keys, and in a bucket either
// everybody who fits together is joined or nobody is. In a group no link has two
// records: to the gateway, two records of one system are two people.

// group is one person: records in the order of hr.Systems.
type group []*record

// joined is the outcome of joining.
type joined struct {
	groups    []group
	conflicts []conflict
}

// join groups records by the rules above.
func join(people []*sources.Person, by decided) joined {
	j := &joiner{
		records: make([]*record, len(people)), found: map[string]conflict{},
		first: make(map[bucketKey]int, len(people)/2), next: make([]int, len(people)),
	}
	records, homes := make([]record, len(people)), make([]cluster, len(people))
	for i, p := range people {
		records[i] = newRecord(p, by.solo[p.Ref])
		j.records[i] = &records[i]
	}
	slices.SortFunc(j.records, compareRecords)
	for i, r := range j.records {
		r.home = &homes[i]
		r.home.records = j.records[i : i+1 : i+1]
	}
	j.byHand(by)
	for _, s := range stages() {
		j.run(s)
	}
	return joined{groups: j.groups(), conflicts: j.conflicts()}
}

func compareRecords(a, b *record) int {
	return cmp.Or(
		cmp.Compare(rank(a.Ref.System), rank(b.Ref.System)),
		cmp.Compare(a.Ref.Name, b.Ref.Name),
		cmp.Compare(a.Code, b.Code),
		cmp.Compare(a.Ref.ID, b.Ref.ID))
}

func rank(s hr.System) int { return slices.Index(hr.Systems(), s) }

type joiner struct {
	records []*record // in order
	found   map[string]conflict
	// first and next are the buckets of the stage under way: the place in records of
	// the first that has a key, and of the next one after each, 0 for none.
	first map[bucketKey]int
	next  []int
}

// groups returns the clusters in the order of their first records.
func (j *joiner) groups() []group {
	var out []group
	for _, r := range j.records {
		if r.home.records[0] == r {
			out = append(out, r.home.records)
		}
	}
	return out
}

// byHand joins what decisions joined, the earlier decision first. Links exclude
// each other here too, in case a vendor moved a record since.
func (j *joiner) byHand(by decided) {
	if len(by.together) == 0 {
		return
	}
	byRef := make(map[hr.Ref]*record, len(j.records))
	for _, r := range j.records {
		byRef[r.Ref] = r
	}
	for _, pair := range by.together {
		a, b := byRef[pair[0]], byRef[pair[1]]
		if a != nil && b != nil && a.home != b.home && mayJoin(a.home, b.home) {
			unite([]*cluster{a.home, b.home}, hr.MatchHand, 1)
			a.byHand, b.byHand = true, true
		}
	}
}

// unite makes one cluster. The first record of each but the leading one came by
// the rule; the others keep the rule by which they came to that first one.
func unite(clusters []*cluster, rule hr.MatchRule, confidence float64) {
	slices.SortFunc(clusters, func(a, b *cluster) int { return compareRecords(a.records[0], b.records[0]) })
	all := clusters[0]
	for _, c := range clusters[1:] {
		c.records[0].rule, c.records[0].confidence = rule, confidence
		all.records = append(all.records, c.records...)
	}
	slices.SortFunc(all.records, compareRecords)
	for _, r := range all.records {
		r.home = all
	}
}

// stage is one rule.
type stage struct {
	rule hr.MatchRule
	// key puts records that the rule would join into one bucket; the zero one is none.
	key func(*record) bucketKey
	// alone says that the key must be unique in a system, not only in a link.
	alone bool
	// judge decides over two clusters of a bucket.
	judge func(a, b *cluster) judgement
}

// judgement is what a rule says of two clusters. A reason with a confidence is a
// doubt, without one it is a refusal.
type judgement struct {
	confidence float64
	reason     hr.ConflictReason
}

// bucketKey is what records have in common; b is "" where one text is enough.
type bucketKey struct{ a, b string }

func stages() []stage {
	return []stage{
		{rule: hr.MatchCode, judge: sure, key: func(r *record) bucketKey { return pair(r.Code, r.email) }},
		{rule: hr.MatchCode, judge: sure, key: func(r *record) bucketKey { return pair(r.Code, r.name.whole) }},
		{rule: hr.MatchCode, judge: judgeCode, alone: true, key: func(r *record) bucketKey { return bucketKey{a: r.Code} }},
		{
			rule: hr.MatchPlainCode, judge: judgePlainCode, alone: true,
			key: func(r *record) bucketKey { return bucketKey{a: r.plain} },
		},
		{rule: hr.MatchEmail, judge: judgeEmail, key: func(r *record) bucketKey { return bucketKey{a: r.email} }},
	}
}

func pair(a, b string) bucketKey {
	if a == "" || b == "" {
		return bucketKey{}
	}
	return bucketKey{a, b}
}

func sure(_, _ *cluster) judgement { return judgement{confidence: 1} }

func judgeCode(a, b *cluster) judgement {
	name, email := between(a, b, byName), between(a, b, byEmail)
	switch {
	case name == differ && email == differ:
		return judgement{reason: hr.ConflictNameAndEmail}
	case name == differ && email == unknown:
		return judgement{confidence: 0.7, reason: hr.ConflictName}
	case name == unknown && email == differ:
		return judgement{confidence: 0.7, reason: hr.ConflictEmail}
	}
	return judgement{confidence: 1}
}

func judgePlainCode(a, b *cluster) judgement {
	name, email := between(a, b, byName), between(a, b, byEmail)
	switch {
	case name == differ && email == differ:
		return judgement{reason: hr.ConflictNameAndEmail}
	case name == differ && email != agree:
		return judgement{reason: hr.ConflictName}
	case email == differ && name != agree:
		return judgement{reason: hr.ConflictEmail}
	case name == agree || email == agree:
		return judgement{confidence: 0.95}
	}
	return judgement{confidence: 0.9}
}

func judgeEmail(a, b *cluster) judgement {
	codes := between(a, b, func(x, y *record) opinion {
		if codesDiffer(x, y) {
			return differ
		}
		return unknown
	})
	name := between(a, b, byName)
	switch {
	case codes == differ:
		return judgement{reason: hr.ConflictCode}
	case name == differ:
		return judgement{reason: hr.ConflictName}
	case name == agree:
		return judgement{confidence: 0.9}
	}
	return judgement{confidence: 0.8}
}

// run applies a rule to all buckets, in the order of their keys.
func (j *joiner) run(s stage) {
	clear(j.first)
	for i, r := range slices.Backward(j.records) {
		j.next[i] = 0
		if k := s.key(r); k != (bucketKey{}) && !r.solo {
			j.next[i], j.first[k] = j.first[k], i
		}
	}
	var keys []bucketKey
	for k, at := range j.first {
		if j.several(at) {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(x, y bucketKey) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) })
	var members []*record
	for _, k := range keys {
		members = members[:0]
		for at := j.first[k]; ; at = j.next[at] {
			members = append(members, j.records[at])
			if j.next[at] == 0 {
				break
			}
		}
		j.bucket(s, members)
	}
}

// several tells whether a bucket holds records of more than one person.
func (j *joiner) several(at int) bool {
	home := j.records[at].home
	for at = j.next[at]; at != 0; at = j.next[at] {
		if j.records[at].home != home {
			return true
		}
	}
	return false
}

// bucket joins what can be joined in one way among records with one key.
func (j *joiner) bucket(s stage, members []*record) {
	free, crowded := split(s, members)
	if len(crowded) > 0 {
		j.ambiguous(members)
	}
	if len(free) < 2 {
		return
	}
	fits := make([][]judgement, len(free))
	for a := range free {
		fits[a] = make([]judgement, len(free))
		for b := range free[:a] {
			v := s.judge(free[a], free[b])
			fits[a][b], fits[b][a] = v, v
			if v.reason != "" {
				j.contradiction(v, members, free[a], free[b])
			}
		}
	}
	done := make([]bool, len(free))
	for a := range free {
		if done[a] {
			continue
		}
		circle := []int{a}
		for i := 0; i < len(circle); i++ {
			done[circle[i]] = true
			for b := range free {
				if !done[b] && fits[circle[i]][b].confidence > 0 {
					done[b] = true
					circle = append(circle, b)
				}
			}
		}
		j.circle(s, free, fits, circle, members)
	}
}

// circle joins clusters that all fit each other. If one of them fits two that do
// not fit each other, none is joined.
func (j *joiner) circle(s stage, free []*cluster, fits [][]judgement, circle []int, members []*record) {
	clusters, least := make([]*cluster, 0, len(circle)), 1.0
	for i, a := range circle {
		clusters = append(clusters, free[a])
		for _, b := range circle[:i] {
			if fits[a][b].confidence == 0 {
				j.ambiguous(members)
				return
			}
			least = min(least, fits[a][b].confidence)
		}
	}
	if len(clusters) > 1 {
		unite(clusters, s.rule, least)
	}
}

// split sets apart the clusters of a bucket that compete with another one for a
// place: both have a record of one link, or the key must be alone in a system. A
// record that was linked by hand has its place: whoever else would take it is set
// apart alone, so that the rest of the person still comes along.
func split(s stage, members []*record) (free, crowded []*cluster) {
	var clusters []*cluster
	for _, r := range members {
		if !slices.Contains(clusters, r.home) {
			clusters = append(clusters, r.home)
		}
		if len(clusters) > mostClusters {
			return nil, clusters
		}
	}
	if len(clusters) < 2 {
		return nil, nil
	}
	var taken []place
	for _, c := range clusters {
		taken = places(taken, s, c, members)
	}
	for _, c := range clusters {
		competes := slices.ContainsFunc(taken, func(mine place) bool {
			return mine.of == c && slices.ContainsFunc(taken, func(p place) bool {
				return p.of != c && p.link == mine.link && (!mine.byHand || p.byHand)
			})
		})
		if competes {
			crowded = append(crowded, c)
		} else {
			free = append(free, c)
		}
	}
	return free, crowded
}

// mostClusters is from where on a key means nothing: what so many share, such as
// a placeholder, names nobody.
const mostClusters = 64

// place is what a cluster takes in a bucket: a link, or a system, which is a link
// without a name.
type place struct {
	link hr.Link
	of   *cluster
	// byHand says that the cluster has the place by hand.
	byHand bool
}

// places adds what a cluster takes: the links of its records, and the systems of
// those that have the key where that must be alone.
func places(out []place, s stage, c *cluster, members []*record) []place {
	own := len(out)
	for _, r := range c.records {
		out = append(out, place{r.Ref.Link, c, r.byHand})
		if !s.alone || !slices.Contains(members, r) {
			continue
		}
		system := hr.Link{System: r.Ref.System}
		if i := slices.IndexFunc(out[own:], func(p place) bool { return p.link == system }); i >= 0 {
			out[own+i].byHand = out[own+i].byHand || r.byHand
		} else {
			out = append(out, place{system, c, r.byHand})
		}
	}
	return out
}
