package hr

// WriteOutcome is what became of one row of a write.
type WriteOutcome string

// The outcomes.
const (
	// WriteApplied: the system holds the value; it was read back.
	WriteApplied WriteOutcome = "APPLIED"
	// WriteSkippedSame: the system held the value already; nothing was sent.
	WriteSkippedSame WriteOutcome = "SKIPPED_SAME"
	// WriteConflict: the row contradicts another of the same request.
	WriteConflict WriteOutcome = "CONFLICT"
	// WriteRefused: the gateway or the system refuses it; nothing changed.
	WriteRefused WriteOutcome = "REFUSED"
	// WritePending: the system took it but does not show it yet.
	WritePending WriteOutcome = "PENDING"
	// WriteFailed: it was not written; trying again is safe.
	WriteFailed WriteOutcome = "FAILED"
	// WriteUnknown: whether it was written is not known.
	WriteUnknown WriteOutcome = "UNKNOWN"
)
