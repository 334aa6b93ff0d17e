package yesod

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/simulator/control"
)

// maxImportBytes bounds a request; ours, as no limit is public (facts 1.1).
const maxImportBytes = 8 << 20

var (
	errMapping = errors.New("options.mapping is required")
	errLocked  = errors.New("the database is locked by another import")
	errChange  = errors.New("yesod simulator: no such change waits")
)

// importOptions are the options of all imports (facts 1.3.2); what an import
// has no use for it ignores.
type importOptions struct {
	Mapping                  string     `json:"mapping"`
	OptionMapping            string     `json:"optionMapping"`
	ApplicationName          string     `json:"applicationName"`
	ChangeDate               string     `json:"changeDate"`
	TierSeparator            string     `json:"tierSeparator"`
	ReferenceSeparator       string     `json:"referenceSeparator"`
	ValueForDelete           string     `json:"valueForDelete"`
	CompanyEntityID          string     `json:"companyEntityId"`
	RootCompanyEntityID      string     `json:"rootCompanyEntityId"`
	RootOrganizationEntityID string     `json:"rootOrganizationEntityId"`
	RootOfficeEntityID       string     `json:"rootOfficeEntityId"`
	RootProjectEntityID      string     `json:"rootProjectEntityId"`
	RetireUnlisted           bool       `json:"retireUnlisted"`
	AvoidUnlistedEmails      mailList   `json:"avoidUnlistedEmails"`
	IdentifiedBy             identifier `json:"identifiedBy"`
	WaitForLock              bool       `json:"waitForLock"`
}

// root is the subtree of a kind that may be changed; "" is all of it.
func (o importOptions) root(kind string) string {
	switch kind {
	case kindCompany:
		return o.RootCompanyEntityID
	case kindOrganization:
		return o.RootOrganizationEntityID
	case kindOffice:
		return o.RootOfficeEntityID
	}
	return o.RootProjectEntityID
}

// mailList is an array of addresses, or one text that separates them with
// commas and newlines (facts 1.3.2).
type mailList []string

// UnmarshalJSON reads both forms.
func (l *mailList) UnmarshalJSON(raw []byte) error {
	var text *string
	if json.Unmarshal(raw, &text) != nil {
		return json.Unmarshal(raw, (*[]string)(l))
	}
	if text != nil {
		*l = strings.FieldsFunc(*text, func(r rune) bool { return r == ',' || r == '\n' })
	}
	for i, v := range *l {
		(*l)[i] = strings.TrimSpace(v)
	}
	return nil
}

// identifier is how groups are matched (facts 1.3.2).
type identifier string

const (
	byBoth     identifier = "default"
	byFullPath identifier = "fullPath"
	byCode     identifier = "groupCode"
)

// importJob is an import as it was asked for. It can be worked out again on a
// later state: that is how a change that waited is applied.
type importJob struct {
	serial  int
	target  string // members, groups, or the kind of a transaction
	opts    importOptions
	csv     string
	day     string // when changes hold unless a row says otherwise
	diffIDs []string
	status  string
}

// The statuses of a change; the words are ours.
const (
	statusWaiting  = "waiting"
	statusApplied  = "applied"
	statusRejected = "rejected"
)

// importRoutes serves the imports (facts 1.3). The transactions on members are
// not offered: what their transactionType may say is not public.
func (s *Server) importRoutes(mux *http.ServeMux) {
	targets := map[string]string{"members": targetMembers, "groups": targetGroups}
	for _, kind := range groupKinds() {
		targets[kind+"Transactions"] = kind
	}
	for path, target := range targets {
		mux.HandleFunc("POST /api/v21.07/"+path+"/import", s.guard(s.importer(target, false)))
		mux.HandleFunc("POST /api/v21.07/"+path+"/importAndApply", s.guard(s.importer(target, true)))
	}
}

const (
	targetMembers = "members"
	targetGroups  = "groups"
)

func (s *Server) importer(target string, apply bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || media != "application/json" {
			s.fail(w, http.StatusUnsupportedMediaType, "send application/json")
			return
		}
		var body struct {
			CSV     *string        `json:"csv"`
			Options *importOptions `json:"options"`
		}
		decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxImportBytes))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&body); err != nil || body.CSV == nil || body.Options == nil {
			s.fail(w, http.StatusBadRequest, "csv and options are required; an option may be unknown or of a wrong type")
			return
		}
		release, err := s.takeLock(r, body.Options.WaitForLock)
		if err != nil {
			s.fail(w, http.StatusConflict, err.Error())
			return
		}
		defer release()
		reply, err := s.runImport(r, &importJob{target: target, opts: *body.Options, csv: *body.CSV}, apply)
		if err != nil {
			s.fail(w, http.StatusBadRequest, err.Error())
			return
		}
		control.WriteJSON(w, http.StatusOK, reply)
	}
}

// takeLock waits for the import that runs only if it is told to (facts 1.3.2).
func (s *Server) takeLock(r *http.Request, wait bool) (release func(), err error) {
	release = func() { <-s.lock }
	if wait {
		select {
		case s.lock <- struct{}{}:
			return release, nil
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	select {
	case s.lock <- struct{}{}:
		return release, nil
	default:
		return nil, errLocked
	}
}

// HoldLock locks the database, as a long import does, until release is called.
func (s *Server) HoldLock() (release func()) {
	s.lock <- struct{}{}
	return func() { <-s.lock }
}

// runImport works an import out and, when told so, applies it.
func (s *Server) runImport(r *http.Request, job *importJob, apply bool) (importReply, error) {
	job.day = s.today()
	if v := job.opts.ChangeDate; v != "" {
		day, ok := parseDay(v)
		if !ok {
			return importReply{}, errors.New("options.changeDate must be YYYY-MM-DD")
		}
		job.day = day
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	job.serial = len(s.imports) + 1
	p, err := s.data().work(job)
	if err != nil {
		return importReply{}, err
	}
	reply := p.reply()
	if len(reply.Changing) == 0 {
		return reply, nil // only differences are recorded, so there is no change
	}
	job.diffIDs, job.status = reply.DiffIDs, statusWaiting
	s.imports = append(s.imports, job)
	if apply || s.quirks.On(ConsoleApproves) {
		job.status = statusApplied
		s.current.Store(p.d)
	}
	// The answer has ids and numbers, nobody's data.
	control.NoteWrite(r.Context(), job.target+" "+job.status, reply)
	return reply, nil
}

// parseDay reads a date with dashes, as the text of the documents wants, or
// with slashes, as a sample has it (facts 1.3.2).
func parseDay(v string) (string, bool) {
	for _, layout := range []string{time.DateOnly, "2006/01/02"} {
		if t, err := time.Parse(layout, v); err == nil {
			return t.Format(time.DateOnly), true
		}
	}
	return "", false
}

// work makes the state that an import leads to.
func (d *data) work(job *importJob) (*plan, error) {
	reader := csv.NewReader(strings.NewReader(job.csv))
	reader.FieldsPerRecord = -1 // the sample's rows are longer than its header (facts 1.3.5)
	rows, err := reader.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("csv: %w", err)
	}
	if len(rows) == 0 {
		return nil, errors.New("csv: the header is missing")
	}
	if strings.TrimSpace(job.opts.Mapping) == "" {
		return nil, errMapping
	}
	if !slices.Contains([]identifier{"", byBoth, byFullPath, byCode}, job.opts.IdentifiedBy) {
		return nil, errors.New("options.identifiedBy must be default, fullPath or groupCode")
	}
	m, err := d.parseMapping(job.opts.Mapping, rows[0])
	if err != nil {
		return nil, err
	}
	if err := m.checkShapes(); err != nil {
		return nil, err
	}
	for _, id := range append([]string{job.opts.CompanyEntityID}, d.roots(job.opts)...) {
		if id != "" && d.byID[id] == nil {
			return nil, errors.New("options name an entity that does not exist")
		}
	}
	p := newPlan(d, job, m, rows[1:])
	switch job.target {
	case targetMembers:
		err = p.importMembers()
	case targetGroups:
		err = p.importGroups()
	default:
		err = p.transact(job.target)
	}
	return p, err
}

func (d *data) roots(opts importOptions) []string {
	var out []string
	for _, kind := range groupKinds() {
		out = append(out, opts.root(kind))
	}
	return out
}

// rowError names the row of the CSV, counted like lineNumber.
func rowError(line int, message string) error {
	return errors.New("csv: lineNumber " + strconv.Itoa(line) + ": " + message)
}

// ChangeRow is a change that an import made or that waits for approval.
type ChangeRow struct {
	DiffIDs []string `json:"diffIds"`
	Name    string   `json:"name"`
	Target  string   `json:"target"` // members, groups or a kind of group
	Status  string   `json:"status"` // waiting, applied or rejected
}

func (s *Server) changes() []ChangeRow {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []ChangeRow{}
	for _, job := range s.imports {
		out = append(out, ChangeRow{slices.Clone(job.diffIDs), job.opts.ApplicationName, job.target, job.status})
	}
	return out
}

// Approve applies the import that made a change, as a person does in the
// console: no endpoint approves (facts 1.3). It is worked out again on what the
// state is by now.
func (s *Server) Approve(diffID string) error {
	return s.decide(diffID, s.approve)
}

// approve needs mu.
func (s *Server) approve(job *importJob) error {
	p, err := s.data().work(job)
	if err != nil {
		return fmt.Errorf("yesod simulator: approve: %w", err)
	}
	s.current.Store(p.d)
	job.status = statusApplied
	return nil
}

// Reject drops a change that waits.
func (s *Server) Reject(diffID string) error {
	return s.decide(diffID, func(job *importJob) error {
		job.status = statusRejected
		return nil
	})
}

func (s *Server) decide(diffID string, do func(*importJob) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, job := range s.imports {
		if job.status == statusWaiting && slices.Contains(job.diffIDs, diffID) {
			return do(job)
		}
	}
	return errChange
}
