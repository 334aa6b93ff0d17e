package e2e_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/simulator/akashi"
)

const akashiRoute = "/api/cooperation/{company}/"

// akashiCase is a row of AKASHI that asks the gateway.
type akashiCase struct {
	token     string // HR's when empty
	operation string
	variables map[string]any
	// route is the method and the path below the company that must be asked,
	// path what its path ends with, query what its query holds, and body what the
	// journal must have of a write.
	route, path string
	query       map[string]string
	body        []string
	// bad is the refused operation with its variables; told is what its answer
	// holds. Unless sent, nothing of the route may arrive.
	badToken, bad string
	badVariables  map[string]any
	told          []string
	sent          bool
}

// execute also demands that a write was applied.
func (c akashiCase) execute(t *testing.T, d *demo, section string) {
	t.Helper()
	a := d.covers(t, cmp.Or(c.token, hrToken), c.operation, c.variables)
	asked(t, d.Simulators.Akashi, c.routeKey(), c.path, c.query)
	if strings.HasPrefix(c.route, "GET ") {
		return
	}
	wrote(t, d.Simulators.Akashi, section, c.body...)
	if !strings.Contains(a.Body, appliedRow) {
		t.Errorf("nothing was applied:\n%s", a.Body)
	}
}

func (c akashiCase) refuse(t *testing.T, d *demo) {
	t.Helper()
	d.refuses(t, cmp.Or(c.badToken, hrToken), c.bad, c.badVariables, c.told...)
	if !c.sent {
		notAsked(t, d.Simulators.Akashi, c.routeKey())
	}
}

// routeKey is the route as the simulator's history counts it.
func (c akashiCase) routeKey() string { return strings.Replace(c.route, " ", " "+akashiRoute, 1) }

// akashiWorld is what the rows name of the demo company, before anything is
// written. No two writing rows touch the same object.
type akashiWorld struct {
	// staff reads and is changed; retired and doomed leave.
	staff, other, retired, doomed akashi.DumpStaff
	project, doomedProject        akashi.DumpProject
	task, doomedTask              akashi.DumpTask
	// booked is an item of an open day, of clerk.
	booked akashi.DumpManhour
	clerk  akashi.DumpStaff
	// organization is a code.
	organization string
}

// day is the day of the booked item, as the gateway writes it.
func (w *akashiWorld) day() string { return strings.ReplaceAll(w.booked.Date, "/", "-") }

func akashiWorldOf(t *testing.T, d *demo) *akashiWorld {
	t.Helper()
	state := d.truth(t).akashi
	w := &akashiWorld{}
	for _, m := range slices.Backward(state.Manhours) {
		if !m.IsClosed {
			w.booked = m
			break
		}
	}
	for _, s := range slices.Backward(state.Staffs) {
		if s.StaffID == w.booked.StaffID {
			w.clerk = s
			continue
		}
		if s.PermissionType != 3 || s.RetirementDate != nil {
			continue
		}
		switch {
		case w.staff.Code == "":
			w.staff = s
		case w.other.Code == "":
			w.other = s
		case w.retired.Code == "":
			w.retired = s
		case w.doomed.Code == "":
			w.doomed = s
		}
	}
	for _, o := range state.Organizations {
		if o.Code != nil {
			w.organization = *o.Code
		}
	}
	for _, p := range state.Projects {
		if p.ProjectID == w.booked.ProjectID {
			w.project = p
		} else {
			w.doomedProject = p
		}
	}
	for _, task := range state.Tasks {
		switch {
		case task.TaskID == w.booked.TaskID:
			w.task = task
		case task.ProjectID == w.booked.ProjectID:
			w.doomedTask = task
		}
	}
	return w
}

// nobody is an id that AKASHI never gave.
const nobody = 999_999_999

const (
	akashiRefused = `"code":"UPSTREAM_REFUSED"`
	noSuchRow     = `"vendorCode":"ERR300402"`
	badInput      = `"code":"BAD_USER_INPUT"`
	refusedRow    = `"outcome":"REFUSED"`
	appliedRow    = `"outcome":"APPLIED"`
)

// told is what a mutation of the namespace is asked to answer of a row.
const toldOfRow = `row outcome code message vendorCode vendorMessage errors { code message }`

func akashiCoverage() []coverageRow {
	row := func(section, operation, call, field, notes string, build func(w *akashiWorld) akashiCase) coverageRow {
		return coverageRow{
			system: "AKASHI", section: section, operation: operation, call: call, field: field, notes: notes,
			execute: func(t *testing.T, d *demo) {
				t.Helper()
				build(akashiWorldOf(t, d)).execute(t, d, section)
			},
			refuse: func(t *testing.T, d *demo) {
				t.Helper()
				build(akashiWorldOf(t, d)).refuse(t, d)
			},
		}
	}
	return []coverageRow{
		row("6.1", "組織作成", "POST /{company}/organizations", "`mutation akashi.createOrganizations`", "rows",
			akashiCreateOrganizations),
		row("6.2", "組織取得", "GET /{company}/organizations", "`organizations`, `akashi.organizations`, `akashi.organization`",
			"", akashiOrganizations),
		row("6.3", "従業員新規登録・更新", "PATCH /{company}/staffs/", "`mutation akashi.putStaffs`", "rows", akashiPutStaffs),
		row("6.4", "従業員取得", "GET /{company}/staffs/{staff}", "`employees`, `akashi.staff`", "", akashiStaff),
		row("6.5", "従業員退職", "DELETE /{company}/staff/{staff}", "`mutation akashi.retireStaff`", "", akashiRetire),
		row("6.5", "従業員削除", "DELETE /{company}/staff/{staff}", "`mutation akashi.deleteStaff`",
			"demands `confirmDeletionOf`", akashiDelete),
		row("6.6", "打刻実行", "POST /{company}/stamps", "`mutation stamp`", "with the person's own token only", akashiStamp),
		row("6.7", "打刻情報取得", "GET /{company}/stamps/{staff}", "`Employee.stamps`", "windows of six months", akashiStamps),
		row("6.8", "アラート情報取得", "GET /{company}/alerts", "`Employee.alerts`, `akashi.alerts`",
			"with the person's own token only", akashiAlerts),
		{
			system: "AKASHI", section: "6.9", operation: "アクセストークン再発行",
			call: "POST /token/reissue/{company}", field: "operator-only: `hitotsu token rotate akashi`",
			notes:   "the gateway exchanges its tokens by itself too, a week ahead of their end",
			execute: akashiReissued, refuse: akashiNotReissued,
		},
		row("6.10", "打刻情報取得(複数従業員)", "GET /{company}/multiple_stamps", "`Employee.stamps`",
			"up to 50 people and one day a call", akashiMultipleStamps),
		row("6.11", "勤務実績取得(複数従業員)", "GET /{company}/working_records", "`Employee.workingRecords`",
			"up to 50 people and 31 days a call", akashiWorkingRecords),
		row("6.12", "個別就業設定", "PATCH /{company}/working_condition_settings", "`mutation akashi.setWorkingConditions`",
			"rows; 67 named keys and `extra`", akashiWorkingConditions),
		row("6.13", "異動日を指定した異動", "POST /{company}/importer_factory/organizations",
			"`mutation akashi.transferStaffs`", "rows", akashiTransfers),
		row("6.14", "権限と管理先指定", "POST /{company}/importer_factory/permissions", "`mutation akashi.grantPermissions`",
			"rows", akashiPermissions),
		row("6.15", "権限と管理先予約", "POST /{company}/importer_factory/permissions_reserve",
			"`mutation akashi.reservePermissions`", "rows", akashiReservations),
		row("6.16", "プロジェクト取得(一覧)", "GET /{company}/projects", "`projects`", "", akashiProjects),
		row("6.17", "プロジェクト取得(プロジェクトID指定)", "GET /{company}/projects/{project}", "`akashi.project`", "",
			akashiProject),
		row("6.18", "プロジェクト作成更新", "POST /{company}/projects", "`mutation upsertProjects`", "rows", akashiPutProjects),
		row("6.19", "プロジェクト削除", "DELETE /{company}/projects/{project}", "`mutation akashi.deleteProject`", "",
			akashiDeleteProject),
		row("6.20", "タスク取得(一覧)", "GET /{company}/{project}/tasks", "`Project.tasks`", "", akashiTasks),
		row("6.21", "タスク取得(タスクID指定)", "GET /{company}/{project}/tasks/{task}", "`akashi.task`", "", akashiTask),
		row("6.22", "タスク作成更新", "POST /{company}/{project}/tasks", "`mutation upsertTasks`", "rows", akashiPutTasks),
		row("6.23", "タスク削除", "DELETE /{company}/{project}/tasks/{task}", "`mutation akashi.deleteTask`", "",
			akashiDeleteTask),
		row("6.24", "工数取得(一覧)", "GET /{company}/manhours", "`Project.manhours`", "", akashiAllManhours),
		row("6.25", "工数取得(指定)", "GET /{company}/manhours/{staff}", "`Employee.manhours`", "", akashiManhours),
		row("6.26", "工数作成更新", "POST /{company}/manhours", "`mutation upsertManhours`", "rows", akashiPutManhours),
		row("6.27", "工数削除", "DELETE /{company}/manhours/{staff}", "`mutation deleteManhours`", "rows",
			akashiDeleteManhours),
		row("6.28", "参加プロジェクト取得(指定)", "GET /{company}/staff_projects/{staff}",
			"`Employee.projects`, `akashi.staffProjects`", "", akashiStaffProjects),
		row("6.29", "プロジェクト従業員取得(指定)", "GET /{company}/project_staffs/{project}",
			"`Project.members`, `akashi.projectStaffs`", "", akashiProjectStaffs),
		row("6.30", "プロジェクト従業員追加解除", "POST /{company}/project_staffs/{project}",
			"`mutation akashi.assignProjectStaffs`", "rows", akashiAssign),
	}
}

func id(n int) string { return strconv.Itoa(n) }

// vars and obj make variables from names and values.
func vars(pairs ...any) map[string]any { return obj(pairs...) }

func obj(pairs ...any) map[string]any { return with(nil, pairs...) }

// with returns a copy of base with more fields.
func with(base map[string]any, pairs ...any) map[string]any {
	out := maps.Clone(base)
	if out == nil {
		out = map[string]any{}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return out
}

func rowsOf(rows ...map[string]any) []map[string]any { return rows }
