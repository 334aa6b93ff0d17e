package akashi

import (
	"context"
	"net/http"
	"slices"
	"time"
)

// StampRequest is 6.6. The staff is the token's owner and the time the server's:
// a stamp can be made for nobody else and for no other time, and not taken back.
type StampRequest struct {
	// Type is one of the stamp types; 0 lets AKASHI choose in or out by what was
	// stamped before.
	Type int
	// StampedAt is the client's clock, sent with its zone; it is kept beside the
	// stamp and decides nothing. Zero sends neither.
	StampedAt time.Time
}

// Stamped is a stamp that was made.
type Stamped struct {
	// StaffID is whose stamp it is: compare it with whom was meant, since an
	// administrator's token stamps the administrator.
	StaffID StaffID
	Type    int
	// StampedAt is the server's time.
	StampedAt time.Time
}

// StampTypes returns the types of 6.6.
func StampTypes() []int {
	return []int{StampIn, StampOut, StampStraightTo, StampStraightHome, StampBreakStart, StampBreakEnd}
}

// Stamp stamps as the token's owner (6.6); see WithTokens. It is sent once, also
// when the token is refused: AKASHI takes a second stamp like a first. Where it
// ends in a time-out, a lost connection or an answer that cannot be read, the
// stamp may have been made: read the day's stamps.
func (c *Client) Stamp(ctx context.Context, req StampRequest) (Stamped, error) {
	k := c.checker("6.6")
	body := map[string]any{}
	if req.Type != 0 {
		body["type"] = req.Type
		if !slices.Contains(StampTypes(), req.Type) {
			k.add(WholeBatch, "type", "one of 11, 12, 21, 22, 31, 32")
		}
	}
	if !req.StampedAt.IsZero() {
		body["stampedAt"] = req.StampedAt.Format("2006/01/02 15:04:05")
		body["timezone"] = req.StampedAt.Format("-07:00")
	}
	if err := k.fault(c); err != nil {
		return Stamped{}, err
	}
	type response struct {
		StaffID   num     `json:"staff_id"`
		Type      num     `json:"type"`
		StampedAt instant `json:"stampedAt"`
		// Reads call it stamped_at (6.7).
		StampedAtRead instant `json:"stamped_at"`
	}
	w, err := one[response](ctx, c, write{
		operation: "akashi.stamp", method: http.MethodPost, path: []string{"stamps"}, body: body, once: true,
	})
	if err != nil {
		return Stamped{}, err
	}
	if w.StampedAt.t.IsZero() {
		w.StampedAt = w.StampedAtRead
	}
	if !w.StaffID.Set || w.StampedAt.t.IsZero() {
		return Stamped{}, c.bad("the answer has no staff_id or no stampedAt; the stamp may have been made")
	}
	return Stamped{StaffID: StaffID(w.StaffID.N), Type: w.Type.Int(), StampedAt: w.StampedAt.t}, nil
}
