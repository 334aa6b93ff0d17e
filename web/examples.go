package web

import (
	"embed"
	"time"
)

//go:embed examples/*.graphql
var exampleFiles embed.FS

// Example is an operation that the page offers as a tab.
type Example struct {
	// Name is what the list of examples shows, such as "A team's day".
	Name string `json:"name"`
	// NameJa is the name for readers of Japanese; Name if empty.
	NameJa string `json:"nameJa,omitempty"`
	// Query is the GraphQL document. Its operation name is the tab's title.
	Query string `json:"query"`
	// Variables are its variables, nil if it has none.
	Variables map[string]any `json:"variables,omitempty"`
}

// Examples gives the operations that people come with, the joined one first,
// about the days and months before today. They need no id, so they run against
// any company, and hold no list literal, which the explorer cannot show. today
// is read in its own location: give it in Japanese time.
func Examples(today time.Time) []Example {
	day := lastWeekday(today).Format(time.DateOnly)
	monthAgo := today.AddDate(0, 0, -30).Format(time.DateOnly)
	twoWeeksAgo := today.AddDate(0, 0, -14).Format(time.DateOnly)
	now := today.Format(time.DateOnly)
	// From the first of the month: subtracting months from the 31st would skip one.
	first := time.Date(today.Year(), today.Month(), 1, 0, 0, 0, 0, time.UTC)
	lastMonth, quarterAgo, yearAgo := month(first, -1), month(first, -3), month(first, -12)

	return []Example{
		example("JoinedDay", "One day out of three systems", "三システムの一日",
			map[string]any{"day": day, "from": quarterAgo, "to": lastMonth}),
		example("TeamDay", "A team's day", "チームの一日", map[string]any{"day": day}),
		example("Person", "Find a person", "社員を探す",
			map[string]any{"text": "高橋", "status": []string{"ACTIVE", "ON_LEAVE"}}),
		example("Me", "My own month", "自分の一か月",
			map[string]any{"from": twoWeeksAgo, "to": now, "fromMonth": quarterAgo, "toMonth": lastMonth}),
		example("Overtimes", "A year of overtime", "一年分の残業", map[string]any{"from": yearAgo, "to": lastMonth}),
		example("Projects", "Projects and man-hours", "プロジェクトと工数",
			map[string]any{"day": day, "from": twoWeeksAgo, "to": now}),
		example("Leaves", "Days off", "休暇", map[string]any{"from": monthAgo, "to": now}),
		example("Organizations", "The organisation tree", "組織図", nil),
		example("Health", "Is everything well?", "接続状況", nil),
	}
}

func example(operation, name, nameJa string, variables map[string]any) Example {
	query, err := exampleFiles.ReadFile("examples/" + operation + ".graphql")
	if err != nil {
		panic(err) // the list above names a file that was not committed; the tests run it
	}
	return Example{Name: name, NameJa: nameJa, Query: string(query), Variables: variables}
}

// lastWeekday is the last Monday to Friday before today: a whole day of work,
// public holidays aside.
func lastWeekday(today time.Time) time.Time {
	day := today.AddDate(0, 0, -1)
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.AddDate(0, 0, -1)
	}
	return day
}

func month(first time.Time, offset int) string {
	return first.AddDate(0, offset, 0).Format("2006-01")
}
