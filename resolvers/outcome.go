package resolvers

import (
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/writes"
)

// checkRows bounds the rows of a write.
func checkRows(n int) error {
	if n < 1 || n > writes.MaxRows {
		return fault.New(fault.BadUserInput, "give 1 to %d rows", writes.MaxRows)
	}
	return nil
}

// reason is why a row was not written, in the fields that every outcome has.
type reason struct{ code, message, vendorCode, vendorMessage *string }

func explain(f *fault.Error) reason {
	if f == nil {
		return reason{}
	}
	code := string(f.Code)
	r := reason{code: &code, message: &f.Message}
	if f.VendorCode != "" {
		r.vendorCode = &f.VendorCode
	}
	if said := writes.VendorMessage(f); said != "" {
		r.vendorMessage = &said
	}
	return r
}
