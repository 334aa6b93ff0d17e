package e2e_test

import (
	"fmt"
	"strings"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/simulator/carely"
	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
	"github.com/hitotsu/hitotsu/simulator/jobcan"
	"github.com/hitotsu/hitotsu/simulator/run"
	"github.com/hitotsu/hitotsu/simulator/yesod"
)

func never(facts map[string]verdictOf, names ...string) map[string]verdictOf {
	for _, name := range names {
		facts[name] = always(unknown)
	}
	return facts
}

func akashiProbed() probed {
	return probed{
		system: config.AKASHI,
		server: func(s *run.Simulators) *control.Server { return s.Akashi },
		environ: func(s *run.Simulators) []string {
			return []string{
				"HITOTSU_AKASHI_URL=" + s.Akashi.URL() + "/api/cooperation", "HITOTSU_AKASHI_COMPANY=" + run.AkashiCompany,
				"HITOTSU_AKASHI_TOKEN=" + s.AkashiToken(company.PersonaHR),
			}
		},
		reads: "GET .+",
		settings: func(q quirks) []string {
			lines := []string{fmt.Sprintf("HITOTSU_AKASHI_LENIENT_BREAKS=%t", q["lenient_breaks"])}
			if q["only_slashed_days"] {
				lines = append(lines, "HITOTSU_AKASHI_PROJECT_DATES=yyyy/mm/dd\n")
			}
			return lines
		},
		silent: []string{
			"staffs_key_with_blank", "manhours_need_deletion", "keep_old_token", "delete_below_staffs", "patch_only",
			"post_only", "machine_characters",
		},
		facts: never(map[string]verdictOf{
			"the totals of staff are spelt Count and TotalCount": unless("lower_total_count"),
			"staff are also found with a slash behind the path":  always(confirmed),
			"a refused call is answered with HTTP 200":           unless("refused_as_400"),
			"a refused token is answered with HTTP 401":          unless("unauthorized_as_200"),
			"error codes come without a blank":                   unless("codes_with_blank"),
			"the text of an error is named message":              unless("messages_key"),
			"login_company_code is written as text": func(q quirks) string {
				if q["numbers_as_strings"] {
					return confirmed
				}
				return unless("numeric_company_code")(q)
			},
			"integers are written as numbers":                           unless("numbers_as_strings"),
			"the time zone of a stamp is written in hours, as +9.0":     unless("colon_timezone"),
			"working records come as an array":                          unless("records_in_object"),
			"punch times are named start_punch_time and end_punch_time": unless("table_punch_names"),
			"breaks can be asked for over a period":                     where("lenient_breaks"),
			"projects are asked for with days as yyyymmdd":              unless("only_slashed_days"),
			"days of projects are answered as yyyy-mm-dd":               unless("slashed_days"),
			"man-hours are asked for with days as yyyymmddHHMMSS":       always(confirmed),
			"man-hours of one person are refused with days as yyyymmdd": unless("short_manhour_days"),
		},
			"staff are changed by PATCH", "working conditions are changed by PATCH", "staff are retired and deleted below /staff",
			"days in changes are written yyyy/mm/dd", "changed staff are answered under staffs",
			"man-hours of other projects must be deleted before new ones take", "the old token dies when it is exchanged",
			"machine dependent characters are refused"),
	}
}

func jobcanProbed() probed {
	facts := never(map[string]verdictOf{
		"the answer to a token request tells expires_in":       unless("bare_token_reply"),
		"access_token comes without Bearer before it":          unless("prefixed_token"),
		"the token is sent behind Bearer":                      always(confirmed),
		"an employee has a staff code under a configured name": always(confirmed),
		"a punch has a type under a configured name":           where("show_adit_type"),
		"a punch has its time under a configured name":         always(confirmed),
		"a punch's time has an offset":                         unless("naive_times"),
		"the count of a page of punches counts employees":      always(confirmed),
		"a daily summary has employee_id, date and work":       always(confirmed),
		"kinds of leave come under holiday_types": func(q quirks) string {
			return unless("other")(quirks{"other": q["bare_holiday_types"] || q["holiday_items"]})
		},
		"a day that does not exist is answered with HTTP 400 and JSON": always(confirmed),
		"those who have left are still listed": func(q quirks) string {
			if q["hide_retired"] {
				return unknown // or nobody has left
			}
			return confirmed
		},
		"end_date of a monthly summary is included": unless("exclusive_end_date"),
	}, "a recalculation ends as finished, and says pending before", "HTTP 429 tells when to come again",
		"a stamp is written to /attendance/v1/stamps")
	for _, name := range []string{
		"groups", "managers", "work-kinds", "positions", "client", "work-regulation-settings", "holiday-settings",
		"selection-remarks", "work-extract-settings",
	} {
		facts[strings.ReplaceAll(name, "-", " ")+" can be read at /master/v1/"+name] = where("our_contract")
	}
	facts["shift patterns can be read at /shift/v1/shift-patterns"] = where("our_contract")
	return probed{
		system: config.Jobcan,
		server: func(s *run.Simulators) *control.Server { return s.Jobcan },
		environ: func(s *run.Simulators) []string {
			return []string{
				"HITOTSU_JOBCAN_URL=" + s.Jobcan.URL(), "HITOTSU_JOBCAN_TOKEN_URL=" + s.Jobcan.URL() + "/oauth/token",
				"HITOTSU_JOBCAN_CLIENT_ID=" + jobcan.DefaultClientID, "HITOTSU_JOBCAN_CLIENT_SECRET=" + jobcan.DefaultClientSecret,
			}
		},
		reads:  `GET .+|POST /oauth/token`,
		silent: []string{"staff_code_field", "refresh_hangs"}, // a setting shows the first
		settings: func(q quirks) []string {
			lines := []string{"HITOTSU_JOBCAN_STAFF_CODE_FIELDS=code\n"}
			if q["staff_code_field"] {
				lines[0] = "HITOTSU_JOBCAN_STAFF_CODE_FIELDS=staff_code\n"
			}
			if q["our_contract"] {
				lines = append(lines, "HITOTSU_JOBCAN_ASSUMED_WORK_KINDS=/master/v1/work-kinds\n")
			}
			return lines
		},
		facts: facts,
	}
}

func carelyProbed() probed {
	facts := never(map[string]verdictOf{
		"data is null, and not absent, beside errors": where("null_data"),
		"a refused token is answered with HTTP 401":   unless("unauthorized_as_200"),
	}, "errors of a write that went well are null", "token_type is answered as Bearer",
		"the old tokens end as soon as new ones are given")
	for _, fact := range []string{
		"a token holder may introspect the schema",
		"overtimes are searched by branchNames, branchUuids, customerUuids and employeeNumbers",
		"the ids in overtimes' searches are [String!]", "customers can be paged backwards, by last and before",
		"arguments have the types that the gateway declares", "every field that the gateway reads exists",
		"every field that the gateway writes exists", "the hour of an overtime is an Int",
		"a page has 100 rows at most, whatever was asked", "cursors are positions in base64url",
	} {
		facts[fact] = always(confirmed)
	}
	return probed{
		system: config.Carely,
		server: func(s *run.Simulators) *control.Server { return s.Carely },
		environ: func(s *run.Simulators) []string {
			return []string{
				"HITOTSU_CARELY_URL=" + s.Carely.URL() + "/api/graphql", "HITOTSU_CARELY_AUTH_URL=" + s.Carely.URL(),
				"HITOTSU_CARELY_CLIENT_ID=" + carely.DefaultClientID, "HITOTSU_CARELY_CLIENT_SECRET=" + carely.DefaultClientSecret,
				"HITOTSU_CARELY_REDIRECT_URL=" + carely.DefaultRedirectURL,
				"HITOTSU_CARELY_REFRESH_TOKEN=" + carely.DefaultRefreshToken,
			}
		},
		reads:  `POST /api/graphql( customers| __schema)?|POST /corporate_manager/oauth/token`,
		silent: []string{"empty_errors", "lower_token_type", "mild_rotation"},
		facts:  facts,
	}
}

func yesodProbed() probed {
	return probed{
		system: config.YESOD,
		server: func(s *run.Simulators) *control.Server { return s.Yesod },
		environ: func(s *run.Simulators) []string {
			return []string{"HITOTSU_YESOD_URL=" + s.Yesod.URL(), "HITOTSU_YESOD_TOKEN=" + yesod.DefaultToken}
		},
		prepare: renameSomebody,
		reads:   `GET .+|POST /api/v2[24]\.10/query`,
		silent:  []string{"console_approves"},
		facts: never(map[string]verdictOf{
			"the query endpoint is /api/v24.10/query":                always(confirmed),
			"the tenant has the attributes under their standard ids": always(confirmed),
			"an organisation's row tells its parent":                 always(refuted),
			"the answer of a query is a list":                        always(confirmed),
			"English labels of options are under en_UN":              unless("right_labels"),
			"the value before a change is spelt previosValue":        unless("previous_value"),
			"the time of a task's approval is spelt approvedAt":      unless("approve_at"),
		},
			"an import waits until somebody approves it in the console",
			"the line numbers of an import's answer leave the header out"),
	}
}
