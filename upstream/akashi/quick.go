package akashi

import "encoding/json"

// A tolerant list costs encoding/json two more passes over all that it holds. The
// two largest answers are therefore read into plain slices first; what these do
// not take is read again with tolerance. Both ways have the same elements, so
// that they cannot differ in anything but the kind of list.

// quick is implemented by responses that can be read so.
type quick interface {
	// quickly reads the whole answer, trimmed keys and all; false leaves it to the
	// tolerant way.
	quickly(body []byte) bool
}

// readQuickly reads a success into env where T can.
func readQuickly[T any](env *envelope[T], body []byte) bool {
	response := new(T)
	q, ok := any(response).(quick)
	if !ok || !q.quickly(body) {
		return false
	}
	env.Success, env.Response = flag{On: true, Set: true}, response
	return true
}

func (w *wireStaffs) quickly(body []byte) bool {
	var v struct {
		Success  flag `json:"success"`
		Response struct {
			Count      num         `json:"count"`
			TotalCount num         `json:"totalCount"`
			Staffs     []wireStaff `json:"staffs"`
		} `json:"response"`
	}
	if err := json.Unmarshal(body, &v); err != nil || !v.Success.On || v.Response.Staffs == nil {
		return false
	}
	*w = wireStaffs{v.Response.Count, v.Response.TotalCount, v.Response.Staffs}
	return true
}

func (w *wireRecords) quickly(body []byte) bool {
	var v struct {
		Success  flag `json:"success"`
		Response []struct {
			StaffID num          `json:"staff_id"`
			Records []wireRecord `json:"working_records"`
		} `json:"response"`
	}
	if err := json.Unmarshal(body, &v); err != nil || !v.Success.On || v.Response == nil {
		return false
	}
	*w = make(wireRecords, len(v.Response))
	for i, s := range v.Response {
		if s.Records == nil {
			return false
		}
		(*w)[i] = wireStaffRecords{s.StaffID, s.Records}
	}
	return true
}
