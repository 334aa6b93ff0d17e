package sources

import (
	"github.com/hitotsu/hitotsu/internal/lookup"
)

// reader is whose rights the answers of a link follow.
type reader struct{ principal func() lookup.Principal }

// ReadsAs sets how to find the owner of the link's token, who may change when
// somebody links the system anew. It is called before the first read; without it
// the link has one owner for ever.
func (r *reader) ReadsAs(principal func() lookup.Principal) { r.principal = principal }

// Principal is the owner of the token that the link is read with.
func (r *reader) Principal() lookup.Principal {
	if r.principal == nil {
		return lookup.Principal{Owner: "company"}
	}
	return r.principal()
}
