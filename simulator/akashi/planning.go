package akashi

import (
	"slices"
	"time"
)

type wireWrittenProject struct {
	ProjectID   int     `json:"project_id"`
	Name        string  `json:"name_ja"` // name on reads
	ShortName   *string `json:"short_name_ja"`
	ProjectCode *string `json:"project_code"`
	Remarks     *string `json:"remarks"`
	StartDate   *string `json:"start_date"`
	EndDate     *string `json:"end_date"`
}

// postProjects is 6.18: it creates and updates projects, all of them or none.
func postProjects(c *call) (any, *refusal) {
	if refused := c.mayUseProjects(); refused != nil {
		return nil, refused
	}
	rows, refused := c.bodyRows("projects", "プロジェクト")
	if refused != nil {
		return nil, refused
	}
	// Drafts stand in for the real ones until every row is known to be good.
	drafts := make([]*project, len(c.st.projects))
	for i, p := range c.st.projects {
		draft := *p
		drafts[i] = &draft
	}
	var written []*project
	var problems []problem
	for _, row := range rows {
		f := c.fields(row)
		p := c.draftProject(f, &drafts)
		problems = append(problems, f.problems(codeNoSuchRow, nil)...)
		written = append(written, p)
	}
	if len(problems) > 0 {
		return nil, refuse(problems...)
	}
	c.st.projects, c.st.projectByID = nil, map[int]*project{}
	for _, p := range drafts {
		if p.id == 0 {
			p.id = c.st.newID()
		}
		c.st.addProject(p)
	}
	c.changed = true
	answer := []wireWrittenProject{}
	for _, p := range written {
		answer = append(answer, wireWrittenProject{
			p.id, p.name, textOrNull(p.short), textOrNull(p.code), textOrNull(p.remarks),
			c.dashed(p.startsOn), c.dashed(p.endsOn),
		})
	}
	return struct {
		Count    int                  `json:"count"`
		Projects []wireWrittenProject `json:"projects"`
	}{len(answer), answer}, nil
}

// draftProject reads one row into a draft, which it adds when it is new.
func (c *call) draftProject(f *fields, drafts *[]*project) *project {
	p := &project{}
	if id := f.integer("project_id", "プロジェクトID"); id != nil {
		i := slices.IndexFunc(*drafts, func(p *project) bool { return p.id == *id })
		if i < 0 || *id == 0 {
			f.fail("プロジェクトが存在しません。")
			return p
		}
		p = (*drafts)[i]
	} else {
		*drafts = append(*drafts, p)
	}
	p.name = f.mandatory("name_ja", "プロジェクト名称")
	for _, one := range []struct {
		key, label string
		into       *string
	}{
		{"short_name_ja", "プロジェクト略称", &p.short},
		{"name_en", "プロジェクト英語名称", &p.nameEN},
		{"short_name_en", "プロジェクト英語略称", &p.shortEN},
		{"project_code", "プロジェクトコード", &p.code},
		{"remarks", "備考", &p.remarks},
	} {
		if text := f.text(one.key, one.label); text != nil {
			*one.into = *text
		}
	}
	if day := f.day("start_date", "プロジェクト開始日", layout8, layoutDay); day != nil {
		p.startsOn = day
	}
	if day := f.day("end_date", "プロジェクト終了日", layout8, layoutDay); day != nil {
		p.endsOn = day
	}
	if p.startsOn != nil && p.endsOn != nil && p.endsOn.Before(*p.startsOn) {
		f.fail("プロジェクト終了日がプロジェクト開始日より前です。")
	}
	for _, other := range *drafts {
		if other == p {
			continue
		}
		f.unique("プロジェクト名称", p.name, other.name)
		f.unique("プロジェクト英語名称", p.nameEN, other.nameEN)
		f.unique("プロジェクトコード", p.code, other.code)
	}
	return p
}

func (f *fields) unique(label, own, others string) {
	if own != "" && own == others {
		f.fail("%sが既に登録されています。", label)
	}
}

// deleteProject is 6.19. What was booked on it goes with it.
func deleteProject(c *call) (any, *refusal) {
	p, refused := c.projectInPath()
	if refused != nil {
		return nil, refused
	}
	c.st.projects = slices.DeleteFunc(c.st.projects, func(other *project) bool { return other == p })
	delete(c.st.projectByID, p.id)
	c.st.forgetManhours(func(m manhour) bool { return m.project == p.id })
	c.changed = true
	return struct {
		ProjectID   int     `json:"project_id"`
		Name        string  `json:"name"`
		ShortName   *string `json:"short_name"`
		ProjectCode *string `json:"project_code"`
	}{p.id, p.name, textOrNull(p.short), textOrNull(p.code)}, nil
}

func (st *state) forgetManhours(gone func(m manhour) bool) {
	for id, rows := range st.manhours {
		st.manhours[id] = slices.DeleteFunc(rows, gone)
	}
}

// postTasks is 6.22: it creates and updates tasks, all of them or none.
func postTasks(c *call) (any, *refusal) {
	p, refused := c.projectInPath()
	if refused != nil {
		return nil, refused
	}
	rows, refused := c.bodyRows("tasks", "タスク")
	if refused != nil {
		return nil, refused
	}
	drafts := slices.Clone(p.tasks)
	var written []int // indexes of drafts
	var problems []problem
	for _, row := range rows {
		f := c.fields(row)
		written = append(written, draftTask(f, &drafts))
		problems = append(problems, f.problems(codeNoSuchRow, nil)...)
	}
	if len(problems) > 0 {
		return nil, refuse(problems...)
	}
	for i := range drafts {
		if drafts[i].id == 0 {
			drafts[i].id = c.st.newID()
		}
	}
	p.tasks = drafts
	c.changed = true
	answer := []wireTask{}
	for _, i := range written {
		answer = append(answer, wireTaskOf(drafts[i]))
	}
	return struct {
		Count int        `json:"count"`
		Tasks []wireTask `json:"tasks"`
	}{len(answer), answer}, nil
}

// draftTask reads one row into a draft and returns its index.
func draftTask(f *fields, drafts *[]task) int {
	var i int
	if id := f.integer("task_id", "タスクID"); id != nil {
		i = slices.IndexFunc(*drafts, func(t task) bool { return t.id == *id })
		if i < 0 || *id == 0 {
			f.fail("タスクが存在しません。")
			return 0
		}
	} else {
		i = len(*drafts)
		*drafts = append(*drafts, task{index: i + 1})
	}
	t := &(*drafts)[i]
	t.name = f.mandatory("name", "タスク名称")
	if text := f.text("code", "タスクコード"); text != nil {
		t.code = *text
	}
	for _, one := range []struct {
		key, label string
		into       *int
	}{
		{"index", "表示順", &t.index}, // a String in the table, a number in the sample
		{"estimated_hour", "想定時間", &t.minutes},
		{"estimated_amount", "想定金額", &t.yen},
	} {
		n := f.integer(one.key, one.label)
		if n != nil && *n < 0 {
			f.fail("%sは0以上で入力してください。", one.label)
		} else if n != nil {
			*one.into = *n
		}
	}
	if on := f.boolean("is_finished", "終了フラグ"); on != nil {
		t.finished = *on
	}
	for j, other := range *drafts {
		if j != i {
			f.unique("タスク名称", t.name, other.name)
			f.unique("タスクコード", t.code, other.code)
		}
	}
	return i
}

// deleteTask is 6.23. What was booked on it goes with it.
func deleteTask(c *call) (any, *refusal) {
	p, refused := c.projectInPath()
	if refused != nil {
		return nil, refused
	}
	id, refused := c.pathID("task_id", "タスク")
	if refused != nil {
		return nil, refused
	}
	found := p.task(id)
	if found == nil {
		return nil, notFound("タスク")
	}
	gone := *found
	p.tasks = slices.DeleteFunc(p.tasks, func(t task) bool { return t.id == id })
	c.st.forgetManhours(func(m manhour) bool { return m.task == id })
	c.changed = true
	return struct {
		TaskID int    `json:"task_id"`
		Name   string `json:"name"`
		Code   string `json:"code"`
	}{gone.id, gone.name, gone.code}, nil
}

// runs tells whether a day lies in the project's time.
func (p *project) runs(day time.Time) bool {
	return (p.startsOn == nil || !day.Before(*p.startsOn)) && (p.endsOn == nil || !day.After(*p.endsOn))
}
