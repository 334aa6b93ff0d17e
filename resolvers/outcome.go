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

// explain tells why a row was not written; nil for what is not known.
func explain(f *fault.Error) (code, message, vendorCode *string) {
	if f == nil {
		return nil, nil, nil
	}
	text := string(f.Code)
	if f.VendorCode != "" {
		vendorCode = &f.VendorCode
	}
	return &text, &f.Message, vendorCode
}
