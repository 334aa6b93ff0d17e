package akashi

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// templates are the registered ones of 個別就業設定.
func templates() []string {
	return []string{"標準テンプレート", "裁量労働テンプレート"}
}

// The shapes that the samples of 6.12.2 show; hours are padded in one of them
// and not in the other.
func hoursForm() *regexp.Regexp { return regexp.MustCompile(`^\d{1,3}:[0-5]\d$`) }

func spanForm() *regexp.Regexp {
	return regexp.MustCompile(`^\d{1,2}:[0-5]\d-\d{1,2}:[0-5]\d$`)
}

func monthlyHoursForm() *regexp.Regexp {
	return regexp.MustCompile(`^(\d{1,3}:[0-5]\d/){11}\d{1,3}:[0-5]\d$`)
}
func monthlyDaysForm() *regexp.Regexp { return regexp.MustCompile(`^(\d{1,2}/){11}\d{1,2}$`) }
func daysForm() *regexp.Regexp        { return regexp.MustCompile(`^\d{1,2}$`) }

// The keys of 6.12 whose values have a shape. The table of the document is
// empty; these follow from its two samples. All other values are free text.
func settingRules() map[string]rule {
	rules := map[string]rule{
		"max_continuous_working_days_per_month": format(daysForm()),
		"max_working_minutes_per_month":         format(monthlyHoursForm()),
		"monthly_scheduled_holidays":            format(monthlyDaysForm()),
	}
	for _, key := range []string{
		"fixed_working_time", "deemed_working_time", "morning_holiday_working_minutes",
		"afternoon_holiday_working_minutes", "late_judgement_time_with_morning_off",
		"early_judgement_time_with_afternoon_off", "reference_start_time", "reference_end_time",
	} {
		rules[key] = format(hoursForm())
	}
	for _, key := range []string{
		"use_fixed_overtime", "use_cut_overtime_to_start_time", "use_cut_overtime_to_end_time",
		"display_early_or_late_on_summaries", "display_midnight_workings_on_summaries", "time_frame_aggregation_flg",
	} {
		rules[key] = oneOf("ON", "OFF")
	}
	for day := range strings.SplitSeq("sun mon tue wed thu fri sat hol", " ") {
		rules["plan_start_and_end_time_"+day] = format(spanForm())
		rules["plan_break_start_and_end_time_"+day] = format(spanForm())
	}
	return rules
}

// patchSettings is 6.12. Its rows name people by number or address.
func patchSettings(c *call) (any, *refusal) {
	if refused := c.mayUseStaffs(); refused != nil {
		return nil, refused
	}
	about := func(row object) map[string]any {
		who := map[string]any{"staff_code": nil, "email": nil}
		for key := range who {
			if text, ok := row[key].(string); ok && text != "" {
				who[key] = text
			}
		}
		return who
	}
	return c.importRows("working_condition_settings", "個別就業設定", "email", about, c.setConditions)
}

func (c *call) setConditions(f *fields, one *staff) string {
	if name := f.plain("working_condition_template_name", "テンプレート"); name != "" &&
		!slices.Contains(templates(), name) {
		f.fail("個別就業テンプレートが存在しません。")
		return codeNoTemplate
	}
	f.day("effective_date", "適用日", layoutDay, layoutLoose)
	rules, settings := settingRules(), maps.Clone(one.settings)
	if settings == nil {
		settings = map[string]string{}
	}
	for _, key := range slices.Sorted(maps.Keys(f.object)) { // every value is a string
		var checks []rule
		if check, ok := rules[key]; ok {
			checks = append(checks, check)
		}
		if text := f.text(key, key, checks...); text != nil && key != "staff_code" && key != "email" {
			settings[key] = *text
		}
	}
	if len(f.wrong) == 0 {
		one.settings = settings
	}
	return codeImport
}
