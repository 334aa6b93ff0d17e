package akashi

import (
	"context"
	"maps"
	"net/http"
	"reflect"
	"slices"
)

// WorkingCondition is a row of 6.12, the settings of one staff. The document's
// table of parameters is empty; these are the 67 keys of its two samples, in
// their order. Every value is text, numbers too, and AKASHI's own words; what
// else a key takes is known from no text, so that values are not checked. What
// is nil is not sent; what is empty is sent empty.
type WorkingCondition struct {
	// StaffCode names the staff.
	StaffCode string `wire:"staff_code"`
	// WorkingConditionTemplateName is the name of an existing template.
	WorkingConditionTemplateName *string `wire:"working_condition_template_name"`
	// EffectiveDate is the first day of the settings; the empty Date sends "".
	EffectiveDate *Date `wire:"effective_date"`
	// RecountMethod was seen as 実績基準 and 再集計しない.
	RecountMethod *string `wire:"recount_method"`
	// WorkingCategory was seen as 普通労働制 and 裁量労働制.
	WorkingCategory *string `wire:"working_category"`
	// FixedWorkingTime and all other times of day and spans are h:mm, also padded.
	FixedWorkingTime  *string `wire:"fixed_working_time"`
	WeeklyWorkingDays *string `wire:"weekly_working_days"`
	// The plans of the days of the week and of holidays are 09:00-18:00, or "".
	PlanStartAndEndTimeSun                  *string `wire:"plan_start_and_end_time_sun"`
	PlanStartAndEndTimeMon                  *string `wire:"plan_start_and_end_time_mon"`
	PlanStartAndEndTimeTue                  *string `wire:"plan_start_and_end_time_tue"`
	PlanStartAndEndTimeWed                  *string `wire:"plan_start_and_end_time_wed"`
	PlanStartAndEndTimeThu                  *string `wire:"plan_start_and_end_time_thu"`
	PlanStartAndEndTimeFri                  *string `wire:"plan_start_and_end_time_fri"`
	PlanStartAndEndTimeSat                  *string `wire:"plan_start_and_end_time_sat"`
	PlanStartAndEndTimeHol                  *string `wire:"plan_start_and_end_time_hol"`
	PlanBreakStartAndEndTimeSun             *string `wire:"plan_break_start_and_end_time_sun"`
	PlanBreakStartAndEndTimeMon             *string `wire:"plan_break_start_and_end_time_mon"`
	PlanBreakStartAndEndTimeTue             *string `wire:"plan_break_start_and_end_time_tue"`
	PlanBreakStartAndEndTimeWed             *string `wire:"plan_break_start_and_end_time_wed"`
	PlanBreakStartAndEndTimeThu             *string `wire:"plan_break_start_and_end_time_thu"`
	PlanBreakStartAndEndTimeFri             *string `wire:"plan_break_start_and_end_time_fri"`
	PlanBreakStartAndEndTimeSat             *string `wire:"plan_break_start_and_end_time_sat"`
	PlanBreakStartAndEndTimeHol             *string `wire:"plan_break_start_and_end_time_hol"`
	RestPeriod                              *string `wire:"rest_period"`
	HandlingOfLeavingPunch                  *string `wire:"handling_of_leaving_punch"`
	HolidayWorkingMinutesType               *string `wire:"holiday_working_minutes_type"`
	MorningHolidayWorkingMinutes            *string `wire:"morning_holiday_working_minutes"`
	AfternoonHolidayWorkingMinutes          *string `wire:"afternoon_holiday_working_minutes"`
	CalculationOfTimeOverTheReferenceTime   *string `wire:"calculation_of_time_over_the_reference_time"`
	ReferenceStartTime                      *string `wire:"reference_start_time"`
	ReferenceEndTime                        *string `wire:"reference_end_time"`
	EarlyOrLateJudgementTimeWithHalfHoliday *string `wire:"early_or_late_judgement_time_with_half_holiday"`
	LateJudgementTimeWithMorningOff         *string `wire:"late_judgement_time_with_morning_off"`
	EarlyJudgementTimeWithAfternoonOff      *string `wire:"early_judgement_time_with_afternoon_off"`
	OutsideWorkplaceType                    *string `wire:"outside_workplace_type"`
	BehaviorOfDirectlyPunch                 *string `wire:"behavior_of_directly_punch"`
	// Switches are ON and OFF.
	UseFixedOvertime                   *string `wire:"use_fixed_overtime"`
	OvertimeBasis                      *string `wire:"overtime_basis"`
	UseCutOvertimeToStartTime          *string `wire:"use_cut_overtime_to_start_time"`
	UseCutOvertimeToEndTime            *string `wire:"use_cut_overtime_to_end_time"`
	DisplayEarlyOrLateOnSummaries      *string `wire:"display_early_or_late_on_summaries"`
	DisplayMidnightWorkingsOnSummaries *string `wire:"display_midnight_workings_on_summaries"`
	DeemedWorkingTime                  *string `wire:"deemed_working_time"`

	// UseDeemedWorkingMinutesOnFixedHoliday was seen as 用いる.
	UseDeemedWorkingMinutesOnFixedHoliday *string `wire:"use_deemed_working_minutes_for_working_minutes_on_fixed_holiday"`

	// The editable ones were seen as 入力不可.
	WorkingCategoryEditable             *string `wire:"working_category_editable"`
	SubstitutedWorkingHolidayEditable   *string `wire:"substituted_working_holiday_editable"`
	OvertimesEditable                   *string `wire:"overtimes_editable"`
	PlanTimesEditable                   *string `wire:"plan_times_editable"`
	ResultTimesEditable                 *string `wire:"result_times_editable"`
	ResultBreaksEditable                *string `wire:"result_breaks_editable"`
	GoingOutForPersonalPurposesEditable *string `wire:"going_out_for_personal_purposes_editable"`
	ResultTimesOnVacationEditable       *string `wire:"result_times_on_vacation_editable"`
	PunchOnVacationEnabled              *string `wire:"punch_on_vacation_enabled"`
	AmpmHolidaysUsable                  *string `wire:"ampm_holidays_usable"`
	EstimatedTimesEditable              *string `wire:"estimated_times_editable"`
	DisplayAlertShiftCreate             *string `wire:"display_alert_shift_create"`
	NightWorkLimited                    *string `wire:"night_work_limited"`
	WorkInterval                        *string `wire:"work_interval"`
	LimitedWeekly28hours                *string `wire:"limited_weekly_28hours"`
	MaxContinuousWorkingDaysPerMonth    *string `wire:"max_continuous_working_days_per_month"`
	// MaxWorkingMinutesPerMonth is twelve spans h:mm joined by /.
	MaxWorkingMinutesPerMonth *string `wire:"max_working_minutes_per_month"`
	// MonthlyScheduledHolidays is twelve numbers of days joined by /.
	MonthlyScheduledHolidays      *string `wire:"monthly_scheduled_holidays"`
	StandardWorkingHours          *string `wire:"standard_working_hours"`
	AllowedMinus                  *string `wire:"allowed_minus"`
	TimeFrameAggregationFlg       *string `wire:"time_frame_aggregation_flg"`
	TimeFrameAggregationAgreement *string `wire:"time_frame_aggregation_agreement"`
	TimeFrameAggregationItems     *string `wire:"time_frame_aggregation_items"`
	// Extra holds keys that are not among the above, as they are on the wire. It
	// may name the staff, when StaffCode is empty.
	Extra map[string]string `wire:",extra"`
}

// WorkingConditionKeys returns the 67 keys of 6.12 in the order of the document.
func WorkingConditionKeys() []string {
	t := reflect.TypeFor[WorkingCondition]()
	keys := make([]string, 0, t.NumField())
	for f := range t.Fields() {
		if name := f.Tag.Get("wire"); name != ",extra" {
			keys = append(keys, name)
		}
	}
	return keys
}

// StaffRef is a staff as the batches of 6.12 to 6.15 answer it; what the answer
// lacks is 0 or empty.
type StaffRef struct {
	StaffID          StaffID
	StaffCode, Email string
}

// SetWorkingConditions changes the settings of staffs (6.12). It sets values for
// a staff and a day, so that it is sent again when an answer is lost.
func (c *Client) SetWorkingConditions(ctx context.Context, rows []WorkingCondition) (Result[StaffRef], error) {
	k := c.checker("6.12")
	body := encode(rows)
	k.rows(body)
	known := WorkingConditionKeys()
	ids := make([]identity, len(rows))
	for i, row := range rows {
		if row.StaffCode == "" && len(row.Extra) == 0 {
			k.add(i, "staff_code", "it is needed")
		}
		for _, key := range slices.Sorted(maps.Keys(row.Extra)) {
			if key == "" || key == "token" || slices.Contains(known, key) {
				k.add(i, "", "an extra key has a name of its own")
			}
		}
		ids[i] = identity{code: row.StaffCode, email: row.Extra["staff_email"]}
		if ids[i].email == "" {
			ids[i].email = row.Extra["email"]
		}
	}
	if err := k.fault(c); err != nil {
		return Result[StaffRef]{}, err
	}
	method := http.MethodPatch
	if c.opts.PostWorkingConditions {
		method = http.MethodPost
	}
	return sendBatch(ctx, c, write{
		operation: "akashi.setWorkingConditions", method: method, path: []string{"working_condition_settings"},
		body: map[string]any{"working_condition_settings": onWire(body, Slashed)}, idempotent: true,
	}, staffBatch(ids))
}

// staffBatch reads the answers of 6.12 to 6.15, which name the staffs.
func staffBatch(rows []identity) batch[wirePutStaffs, StaffRef] {
	return batch[wirePutStaffs, StaffRef]{
		rows: rows, shared: true,
		list: func(w *wirePutStaffs) ([]StaffRef, bool) {
			out := make([]StaffRef, len(w.Staffs))
			for i, s := range w.Staffs {
				out[i] = StaffRef{StaffID(s.StaffID.N), string(s.StaffCode), string(s.Email)}
			}
			return out, w.Staffs != nil
		},
		value: func(s StaffRef) identity {
			return identity{id: int64(s.StaffID), code: s.StaffCode, email: s.Email}
		},
	}
}
