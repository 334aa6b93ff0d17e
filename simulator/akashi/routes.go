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

// routes registers every endpoint that the simulator has.
func (s *Simulator) routes() *router {
	rt := &router{main: http.NewServeMux(), tasks: http.NewServeMux()}
	read := func(mux *http.ServeMux, path string, do endpoint) {
		mux.Handle("GET "+base+"/{company}/"+path, s.serve(do, false))
	}
	read(rt.main, "organizations", getOrganizations)                                     // 6.2
	read(rt.main, "staffs", getStaffs)                                                   // 6.4
	read(rt.main, "staffs/{$}", getStaffs)                                               // 6.4, as some clients write it
	read(rt.main, "staffs/{staff_id}", getStaff)                                         // 6.4
	read(rt.main, "stamps", getOwnStamps)                                                // 6.7
	read(rt.main, "stamps/{staff_id}", getStamps)                                        // 6.7
	read(rt.main, "alerts", getAlerts)                                                   // 6.8
	read(rt.main, "multiple_stamps", getMultipleStamps)                                  // 6.10
	read(rt.main, "working_records", getWorkingRecords)                                  // 6.11
	read(rt.main, "projects", getProjects)                                               // 6.16
	read(rt.main, "projects/{project_id}", getProject)                                   // 6.17
	read(rt.tasks, "{project_id}/tasks", getTasks)                                       // 6.20
	read(rt.tasks, "{project_id}/tasks/{task_id}", getTask)                              // 6.21
	read(rt.main, "manhours", getManhours)                                               // 6.24
	read(rt.main, "manhours/{staff_id}", getManhoursOf)                                  // 6.25
	read(rt.main, "staff_projects/{staff_id}", getStaffProjects)                         // 6.28
	read(rt.main, "project_staffs/{project_id}", getProjectStaffs)                       // 6.29
	rt.main.Handle("POST "+base+"/token/reissue/{company}", s.serve(reissueToken, true)) // 6.9
	return rt
}
