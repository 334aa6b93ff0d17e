package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// The interfaces below are optional. A simulator implements those that make
// sense for its vendor; the control side answers 501 for the others.

// Reseeder is implemented by a Simulator that can hold another company.
type Reseeder interface {
	// Reseed replaces the company and everything that was written; Reset then
	// goes back to this one. A failed call changes nothing. It is safe beside
	// running requests.
	Reseed(seed Seed) error
}

// Quirky is implemented by a Simulator with switches for what its vendor's
// document says in two ways or not at all.
type Quirky interface {
	// Quirks returns every switch by name.
	Quirks() map[string]bool
	// SetQuirks sets the named switches and leaves the others. An unknown name
	// is an error and changes nothing. Reset goes back to the first setting.
	SetQuirks(quirks map[string]bool) error
}

// Clocked is implemented by a Simulator whose clock can be moved, for tokens
// that expire and months that are closed. A Clock does the work.
type Clocked interface {
	Now() time.Time
	// Advance moves the clock forward. Reset moves it back.
	Advance(d time.Duration)
}

// Revoker is implemented by a Simulator that can take back the credential of a
// request for good; the fault "revoke" uses it.
type Revoker interface {
	Revoke(r *http.Request)
}

// Complete is a Simulator with everything that the control side can do.
type Complete interface {
	Simulator
	Unauthorizer
	Reseeder
	Quirky
	Clocked
	Revoker
}

// Seed says which company a simulator is to hold.
type Seed struct {
	Seed uint64
	// Today is the last day with data, at 00:00 JST; the zero time is the day of
	// the simulator's clock.
	Today time.Time
	// People is how many there are, 100 to MostPeople; 0 means 300.
	People int
}

// The least and the most people of a Seed, beside 0.
const (
	LeastPeople = 100
	MostPeople  = 20_000
)

// ErrUnsupported is returned for what the simulator does not implement.
var ErrUnsupported = errors.New("control: this simulator has no such switch")

// errInput is wrapped by errors whose cause is the request.
var errInput = errors.New("control")

// Reseed gives the simulator another company, empties history and journal and
// ends all faults.
func (s *Server) Reseed(seed Seed) error {
	r, ok := s.sim.(Reseeder)
	if !ok {
		return ErrUnsupported
	}
	if seed.People != 0 && (seed.People < LeastPeople || seed.People > MostPeople) {
		return fmt.Errorf("%w: people must be %d to %d", errInput, LeastPeople, MostPeople)
	}
	if err := r.Reseed(seed); err != nil {
		return fmt.Errorf("control: reseed: %w", err)
	}
	s.forget()
	return nil
}

// postSeed reads {"seed": 7, "today": "2026-11-20", "people": 300}.
func (s *Server) postSeed(r *http.Request) error {
	var in struct {
		Seed   *uint64 `json:"seed"`
		Today  string  `json:"today"`
		People int     `json:"people"`
	}
	if err := decode(r, &in); err != nil {
		return err
	}
	if in.Seed == nil {
		return fmt.Errorf("%w: give seed, a number", errInput)
	}
	seed := Seed{Seed: *in.Seed, People: in.People}
	if in.Today != "" {
		today, err := time.ParseInLocation(time.DateOnly, in.Today, jst())
		if err != nil {
			return fmt.Errorf("%w: today must be a day such as 2026-11-20", errInput)
		}
		seed.Today = today
	}
	return s.Reseed(seed)
}

// Quirks returns every switch of the simulator.
func (s *Server) Quirks() (map[string]bool, error) {
	q, ok := s.sim.(Quirky)
	if !ok {
		return nil, ErrUnsupported
	}
	return q.Quirks(), nil
}

// SetQuirks sets the named switches.
func (s *Server) SetQuirks(quirks map[string]bool) error {
	q, ok := s.sim.(Quirky)
	if !ok {
		return ErrUnsupported
	}
	if err := q.SetQuirks(quirks); err != nil {
		return fmt.Errorf("%w: %w", errInput, err)
	}
	return nil
}

func (s *Server) postQuirks(r *http.Request) error {
	quirks := map[string]bool{}
	if err := decode(r, &quirks); err != nil {
		return err
	}
	return s.SetQuirks(quirks)
}

// Advance moves the simulator's clock forward.
func (s *Server) Advance(d time.Duration) error {
	c, ok := s.sim.(Clocked)
	if !ok {
		return ErrUnsupported
	}
	if d <= 0 {
		return fmt.Errorf("%w: a clock moves forward only", errInput)
	}
	c.Advance(d)
	return nil
}

func (s *Server) postClock(r *http.Request) error {
	var in struct {
		Advance string `json:"advance"`
	}
	if err := decode(r, &in); err != nil {
		return err
	}
	d, err := time.ParseDuration(in.Advance)
	if err != nil {
		return fmt.Errorf("%w: advance must be a duration such as 24h", errInput)
	}
	return s.Advance(d)
}

func (s *Server) getClock(w http.ResponseWriter, _ *http.Request) {
	c, ok := s.sim.(Clocked)
	if !ok {
		fail(w, ErrUnsupported)
		return
	}
	WriteJSON(w, http.StatusOK, map[string]string{"now": c.Now().In(jst()).Format(time.RFC3339)})
}

func (s *Server) getQuirks(w http.ResponseWriter, _ *http.Request) {
	quirks, err := s.Quirks()
	if err != nil {
		fail(w, err)
		return
	}
	WriteJSON(w, http.StatusOK, quirks)
}

// decode reads a small JSON body and refuses names that it does not know.
func decode(r *http.Request, into any) error {
	decoder := json.NewDecoder(http.MaxBytesReader(nil, r.Body, maxFaultBytes))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%w: the body must be JSON: %w", errInput, err)
	}
	return nil
}

// fail answers with what an error means to the caller.
func fail(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	switch {
	case errors.Is(err, ErrUnsupported):
		status = http.StatusNotImplemented
	case errors.Is(err, errInput):
		status = http.StatusBadRequest
	}
	WriteJSON(w, status, map[string]string{"error": err.Error()})
}

// jst is Japanese time; all four systems live in it.
func jst() *time.Location { return time.FixedZone("JST", 9*60*60) }
