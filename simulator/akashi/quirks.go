package akashi

// Quirk is a switch for something that the document says in two ways or not at
// all. The control side sets it by name.
type Quirk string

// The quirks. Those of DefaultQuirks are on at first.
const (
	// CodesWithBlank prints a blank before error codes, as the sample of 6.3.
	CodesWithBlank Quirk = "codes_with_blank"
	// StaffsKeyWithBlank answers 6.3 under "staffs ", as its sample.
	StaffsKeyWithBlank Quirk = "staffs_key_with_blank"
	// NumericCompanyCode makes login_company_code a number in 6.4, as its sample.
	NumericCompanyCode Quirk = "numeric_company_code"
	// ManhoursNeedDeletion lets 6.26 succeed without effect on a day that holds
	// items of projects which the request does not name, as clients report.
	ManhoursNeedDeletion Quirk = "manhours_need_deletion"

	// NumbersAsStrings answers every integer as a string.
	NumbersAsStrings Quirk = "numbers_as_strings"
	// LowerTotalCount answers totalCount in 6.4, as its sample.
	LowerTotalCount Quirk = "lower_total_count"
	// ColonTimezone answers "+09:00" in 6.7 and 6.10, as 6.6 demands it.
	ColonTimezone Quirk = "colon_timezone"
	// TablePunchNames answers the punch times of 6.11 under the names of its
	// table, attendance_punch_time and leaving_punch_time.
	TablePunchNames Quirk = "table_punch_names"
	// RecordsInObject answers 6.11 as an object, as its table.
	RecordsInObject Quirk = "records_in_object"
	// SlashedDays answers days of projects and man-hours as yyyy/mm/dd.
	SlashedDays Quirk = "slashed_days"
	// MessagesKey names the text of an error "messages", as the table of 6.1.
	MessagesKey Quirk = "messages_key"
	// RefusedAs400 answers refused calls with HTTP 400.
	RefusedAs400 Quirk = "refused_as_400"
	// UnauthorizedAs200 answers bad tokens with HTTP 200.
	UnauthorizedAs200 Quirk = "unauthorized_as_200"

	// OnlySlashedDays takes days in the spelling of the tables only: yyyy/mm/dd.
	OnlySlashedDays Quirk = "only_slashed_days"
	// ShortManhourDays lets 6.25 take 8 digits, as its sample does.
	ShortManhourDays Quirk = "short_manhour_days"
	// LenientBreaks lets 6.11 answer breaks for a period, as live clients report;
	// the document forbids end_date with include_break_results.
	LenientBreaks Quirk = "lenient_breaks"
	// KeepOldToken lets the old token live on after 6.9. The document does not
	// say which is true; the default is the one that hurts.
	KeepOldToken Quirk = "keep_old_token"
	// DeleteBelowStaffs moves 6.5 from /staff/{id} to /staffs/{id}.
	DeleteBelowStaffs Quirk = "delete_below_staffs"
	// PatchOnly and PostOnly leave 6.3 and 6.12 one method: the table says
	// PATCH, the samples POST; at first both work.
	PatchOnly Quirk = "patch_only"
	PostOnly  Quirk = "post_only"
	// MachineCharacters refuses circled numbers, Roman numerals and the like in
	// texts. Which characters the document means, it does not say in words.
	MachineCharacters Quirk = "machine_characters"
)

// DefaultQuirks returns every quirk and whether it is on at first.
func DefaultQuirks() map[Quirk]bool {
	return map[Quirk]bool{
		CodesWithBlank: true, StaffsKeyWithBlank: true, NumericCompanyCode: true, ManhoursNeedDeletion: true,
		NumbersAsStrings: false, LowerTotalCount: false, ColonTimezone: false, TablePunchNames: false,
		RecordsInObject: false, SlashedDays: false, MessagesKey: false, RefusedAs400: false,
		UnauthorizedAs200: false, OnlySlashedDays: false, ShortManhourDays: false, LenientBreaks: false,
		KeepOldToken: false, DeleteBelowStaffs: false, PatchOnly: false, PostOnly: false,
		MachineCharacters: false,
	}
}

// Quirks returns every switch by name.
func (s *Simulator) Quirks() map[string]bool { return s.quirks.Named() }

// SetQuirks sets the named switches; an unknown name changes nothing.
func (s *Simulator) SetQuirks(named map[string]bool) error { return s.quirks.Set(named) }
