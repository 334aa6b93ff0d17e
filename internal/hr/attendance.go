package hr

import "time"

// StampKind is what a stamp (打刻) means.
type StampKind string

// The kinds of stamp.
const (
	StampClockIn    StampKind = "CLOCK_IN"
	StampClockOut   StampKind = "CLOCK_OUT"
	StampStraightTo StampKind = "STRAIGHT_TO_SITE"
	StampStraightHm StampKind = "STRAIGHT_HOME"
	StampBreakStart StampKind = "BREAK_START"
	StampBreakEnd   StampKind = "BREAK_END"
	// StampUnknown: the vendor sent a number that its document does not list.
	StampUnknown StampKind = "UNKNOWN"
)

// Stamp is one press of a time clock.
type Stamp struct {
	OccurredAt time.Time // Japanese time
	LaborDate  Date
	Kind       StampKind
	// KindDerived is true when the vendor sends no kind and the gateway
	// counted: first in, even out or break, odd back.
	KindDerived bool
	// Method is AKASHI's number for the kind of clock, nil elsewhere.
	Method *int
	System System
	Link   string
}

// SortKey orders stamps by time.
func (s *Stamp) SortKey() string {
	return s.OccurredAt.UTC().Format("20060102150405") + string(s.System) + s.Link + string(s.Kind)
}

// DayKind is a day's place in the labour calendar.
type DayKind string

// The kinds of day.
const (
	DayWorkday        DayKind = "WORKDAY"
	DayCompanyHoliday DayKind = "COMPANY_HOLIDAY"
	DayLegalHoliday   DayKind = "LEGAL_HOLIDAY"
)

// Break is one pause.
type Break struct{ StartAt, EndAt *time.Time }

// WorkingRecord is the result of one labour day.
type WorkingRecord struct {
	Date Date
	// DayKind is nil where the system does not tell.
	DayKind        *DayKind
	StartAt, EndAt *time.Time
	RoundedStartAt *time.Time
	RoundedEndAt   *time.Time
	ClockedInAt    *time.Time
	ClockedOutAt   *time.Time
	WorkedMinutes  *int
	// Breaks is nil where the system does not tell, empty when there were none.
	Breaks     []Break
	IsComplete bool
	System     System
	Link       string
}

// SortKey orders working records by date.
func (w *WorkingRecord) SortKey() string { return w.Date.String() + string(w.System) + w.Link }

// LeaveKind is the kind of a day off.
type LeaveKind string

// The kinds of leave.
const (
	LeavePaid  LeaveKind = "PAID"
	LeaveOther LeaveKind = "OTHER"
)

// Leave is one day off, or a part of one.
type Leave struct {
	Date Date
	// Days is 1 for a whole day and 0.5 for a half.
	Days float64
	Kind LeaveKind
	// TypeID is the vendor's number of the kind of leave, 0 when unknown; Name
	// is what the company calls it, nil unless asked for.
	TypeID int64
	Name   *string
	System System
	Link   string
}

// SortKey orders leave by date.
func (l *Leave) SortKey() string { return l.Date.String() + string(l.System) + l.Link }

// AlertKind is what AKASHI warns of.
type AlertKind string

// The kinds of alert, in the order of AKASHI's numbers 1 to 10 (6.8).
const (
	AlertMissingStamp         AlertKind = "MISSING_STAMP"
	AlertSuspectedAbsence     AlertKind = "SUSPECTED_ABSENCE"
	AlertBreakOutOfRange      AlertKind = "BREAK_OUT_OF_RANGE"
	AlertClockInGap           AlertKind = "CLOCK_IN_GAP"
	AlertClockOutGap          AlertKind = "CLOCK_OUT_GAP"
	AlertHolidayWork          AlertKind = "HOLIDAY_WORK"
	AlertLate                 AlertKind = "LATE"
	AlertEarlyLeave           AlertKind = "EARLY_LEAVE"
	AlertOvertimeThreshold    AlertKind = "OVERTIME_THRESHOLD"
	AlertUnreportedAttendance AlertKind = "UNREPORTED_ATTENDANCE"
	AlertUnknown              AlertKind = "UNKNOWN"
)

// Alert is one warning about a day.
type Alert struct {
	// Month is the closing period the alert is counted in; it may differ from
	// the month of Date.
	Month  Month
	Date   Date
	Kind   AlertKind
	System System
	Link   string
}

// Overtime is a month's overtime as a system records it.
type Overtime struct {
	// Customer is the record it belongs to.
	Customer Ref
	Month    Month
	Minutes  int
	System   System
	Link     string
}

// SortKey orders overtimes by month.
func (o *Overtime) SortKey() string { return o.Month.String() + string(o.System) + o.Link }

// Shift is one planned span of work in Jobcan.
type Shift struct {
	Date Date
	// Start and End are as Jobcan writes them, such as "09:00".
	Start, End string
}
