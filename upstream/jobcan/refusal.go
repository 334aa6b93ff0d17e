package jobcan

import (
	"encoding/json"

	"github.com/hitotsu/hitotsu/upstream/internal/flex"
)

// problems looks in the body of a failed answer for codes and messages, where
// errors usually tell them: in errors[], and in the answer itself. The shape of
// Jobcan's errors is not public. The first code counts.
func problems(body []byte) (code string, messages []string) {
	type problem struct {
		Code    flex.Text `json:"code"`
		Message flex.Text `json:"message"`
	}
	var w struct {
		problem

		Errors flex.List[problem] `json:"errors"`
	}
	// A body of another shape says nothing that can be told.
	if json.Unmarshal(body, &w) != nil {
		return "", nil
	}
	for _, p := range append([]problem{w.problem}, w.Errors...) {
		if code == "" {
			code = string(p.Code)
		}
		messages = append(messages, string(p.Message))
	}
	return code, messages
}
