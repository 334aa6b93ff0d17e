package akashi

import (
	"net/http"
	"strings"
)

// base is the path of every endpoint (1).
const base = "/api/cooperation"

// router joins two muxes: /{company}/{project_id}/tasks (6.20 to 6.23) and, for
// instance, /{company}/staffs/{staff_id} both fit /{company}/staffs/tasks, which
// one http.ServeMux rejects.
type router struct{ main, tasks *http.ServeMux }

func (rt *router) muxFor(r *http.Request) *http.ServeMux {
	segments := strings.Split(strings.TrimPrefix(r.URL.Path, base+"/"), "/")
	if len(segments) >= 3 && segments[2] == "tasks" && segments[1] != "staffs" {
		return rt.tasks
	}
	return rt.main
}

func (rt *router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rt.muxFor(r).ServeHTTP(w, r)
}

// Handler tells the pattern of a request without serving it.
func (rt *router) Handler(r *http.Request) (http.Handler, string) {
	return rt.muxFor(r).Handler(r)
}

// operations are all 30 of the document, and the spellings of their paths that
// clients use, by method and path below {company}.
func operations() map[string]operation {
	read := func(section string, do endpoint) operation { return operation{section: section, do: do} }
	write := func(section string, do endpoint) operation { return operation{section: section, do: do, writes: true} }
	patch := func(section string, do endpoint) operation {
		return operation{section, do, true, func(quirks map[Quirk]bool) bool { return !quirks[PostOnly] }}
	}
	post := func(section string, do endpoint) operation {
		return operation{section, do, true, func(quirks map[Quirk]bool) bool { return !quirks[PatchOnly] }}
	}
	remove := func(belowStaffs bool) operation {
		return operation{"6.5", deleteStaff, true, func(quirks map[Quirk]bool) bool {
			return quirks[DeleteBelowStaffs] == belowStaffs
		}}
	}
	return map[string]operation{
		"POST organizations":                        write("6.1", postOrganizations),
		"GET organizations":                         read("6.2", getOrganizations),
		"PATCH staffs":                              patch("6.3", patchStaffs),
		"PATCH staffs/{$}":                          patch("6.3", patchStaffs),
		"POST staffs":                               post("6.3", patchStaffs),
		"POST staffs/{$}":                           post("6.3", patchStaffs),
		"GET staffs":                                read("6.4", getStaffs),
		"GET staffs/{$}":                            read("6.4", getStaffs),
		"GET staffs/{staff_id}":                     read("6.4", getStaff),
		"DELETE staff/{staff_id}":                   remove(false),
		"DELETE staff/{staff_id}/{$}":               remove(false),
		"DELETE staffs/{staff_id}":                  remove(true),
		"DELETE staffs/{staff_id}/{$}":              remove(true),
		"POST stamps":                               write("6.6", postStamp),
		"GET stamps":                                read("6.7", getOwnStamps),
		"GET stamps/{staff_id}":                     read("6.7", getStamps),
		"GET alerts":                                read("6.8", getAlerts),
		"GET multiple_stamps":                       read("6.10", getMultipleStamps),
		"GET working_records":                       read("6.11", getWorkingRecords),
		"PATCH working_condition_settings":          patch("6.12", patchSettings),
		"POST working_condition_settings":           post("6.12", patchSettings),
		"POST importer_factory/organizations":       write("6.13", postTransfers),
		"POST importer_factory/permissions":         write("6.14", postPermissions),
		"POST importer_factory/permissions_reserve": write("6.15", postReservations),
		"GET projects":                              read("6.16", getProjects),
		"GET projects/{project_id}":                 read("6.17", getProject),
		"POST projects":                             write("6.18", postProjects),
		"DELETE projects/{project_id}":              write("6.19", deleteProject),
		"GET {project_id}/tasks":                    read("6.20", getTasks),
		"GET {project_id}/tasks/{task_id}":          read("6.21", getTask),
		"POST {project_id}/tasks":                   write("6.22", postTasks),
		"DELETE {project_id}/tasks/{task_id}":       write("6.23", deleteTask),
		"GET manhours":                              read("6.24", getManhours),
		"GET manhours/{staff_id}":                   read("6.25", getManhoursOf),
		"POST manhours":                             write("6.26", postManhours),
		"DELETE manhours/{staff_id}":                write("6.27", deleteManhours),
		"GET staff_projects/{staff_id}":             read("6.28", getStaffProjects),
		"GET project_staffs/{project_id}":           read("6.29", getProjectStaffs),
		"POST project_staffs/{project_id}":          write("6.30", postProjectStaffs),
	}
}

// routes registers every operation.
func (s *Simulator) routes() *router {
	rt := &router{main: http.NewServeMux(), tasks: http.NewServeMux()}
	for key, op := range operations() {
		method, path, _ := strings.Cut(key, " ")
		mux := rt.main
		if strings.HasPrefix(path, "{project_id}/tasks") {
			mux = rt.tasks
		}
		mux.Handle(method+" "+base+"/{company}/"+path, s.serve(op))
	}
	reissue := operation{section: "6.9", do: reissueToken, writes: true}
	rt.main.Handle("POST "+base+"/token/reissue/{company}", s.serve(reissue))
	return rt
}
