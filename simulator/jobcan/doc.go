// Package jobcan behaves as Jobcan Attendance (ジョブカン勤怠管理) is known to
// behave: its token endpoint, the reading part of its REST API and the refresh
// of summaries, filled from a simulated company. What is known as a scope only
// is our contract (8.3) and answers while the quirk OurContract is on.
//
// The vendor's reference is not public. Numbers in comments ("facts 4.2") are
// the sections of the collection of public facts this simulator was written
// from; "ours" marks what that collection had to define because nothing public
// says it. The package shares no code with the gateway's client and imports
// nothing of the gateway; only simulator/run, internal/app and
// tests may import it.
//
// # Choices where the facts leave room
//
//   - a business day runs from 05:00 to 05:00 (6.2: the change is configurable);
//     a night shift's last punch after it is the first of the next day, while
//     its summary stays with the day the shift began on;
//   - retired staff stay in the lists and carry retired_day;
//   - a day with a missing punch (an odd number of them) has no daily summary;
//   - end_date of a monthly summary is included, to of a refresh is not;
//   - count above 100 is refused, a missing count means 100;
//   - nobody asks for overtime in advance, so those lists are empty;
//   - a stamp (8.3) shows among the adits at once; summaries keep the numbers of
//     the company.
//
// # Dump
//
// Dump returns a State. Its JSON has these keys, rows in the order of the API:
//
//	employees        as in GET /master/v1/employees
//	groups           {id, name, code, parent_id}; parent_id 0 at the top
//	adits            as in GET /attendance/v1/adits, always with adit_type
//	daily_summaries  as in GET /attendance/v1/summaries/daily
//	shifts           {employee_id, date, shifts: [{start, end}]}
//	use_logs         {employee_id, use_date, use_id, use_days, detail}
//	holiday_types    as in GET /holiday/v1/holiday-types
//
// All durations are minutes, all days are business days as "2006-01-02".
package jobcan
