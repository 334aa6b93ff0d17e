package carely

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

// The sizes of a request. That a picture may have 2 MB is the limit this
// simulator holds clients to; the document names none.
const (
	maxJSONBytes      = 1 << 20
	maxPictureBytes   = 2 << 20
	maxMultipartBytes = maxPictureBytes + 2<<20
	maxFiles          = 8
)

var errMultipart = errors.New("carely simulator: the multipart request is malformed")

// upload is the value of the scalar Upload: a file of a multipart request.
type upload struct {
	name string
	data []byte
}

// ImplementsGraphQLType names the scalar.
func (*upload) ImplementsGraphQLType(name string) bool { return name == "Upload" }

// UnmarshalGraphQL takes only what a multipart request brought.
func (u *upload) UnmarshalGraphQL(input any) error {
	file, ok := input.(*upload)
	if !ok {
		return errors.New("an Upload must be a file of a multipart request")
	}
	*u = *file
	return nil
}

// readOperation reads a JSON body or a GraphQL multipart request (document,
// "プロフィール写真の登録について").
func readOperation(w http.ResponseWriter, r *http.Request) (operation, error) {
	var op operation
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "multipart/form-data" || params["boundary"] == "" {
		err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxJSONBytes)).Decode(&op)
		return op, err
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxMultipartBytes)
	reader, err := r.MultipartReader()
	if err != nil {
		return op, fmt.Errorf("%w: %w", errMultipart, err)
	}
	// The order of the parts is part of the protocol: operations, map, files.
	if err := nextJSON(reader.NextPart, "operations", &op); err != nil {
		return op, err
	}
	places := map[string][]string{}
	if err := nextJSON(reader.NextPart, "map", &places); err != nil {
		return op, err
	}
	for range maxFiles {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return op, fmt.Errorf("%w: %w", errMultipart, err)
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return op, fmt.Errorf("%w: %w", errMultipart, err)
		}
		for _, place := range places[part.FormName()] {
			if !op.put(strings.Split(place, "."), &upload{name: path.Base(part.FileName()), data: data}) {
				return op, errMultipart
			}
		}
		delete(places, part.FormName())
	}
	if len(places) > 0 {
		return op, errMultipart // a file that the map promises is missing
	}
	return op, nil
}

func nextJSON[P interface {
	io.Reader
	FormName() string
}](next func() (P, error), name string, into any,
) error {
	part, err := next()
	if err != nil || part.FormName() != name {
		return errMultipart
	}
	if err := json.NewDecoder(io.LimitReader(part, maxJSONBytes)).Decode(into); err != nil {
		return fmt.Errorf("%w: %w", errMultipart, err)
	}
	return nil
}

// put puts a file where the map says; there must be a null in the variables.
func (o *operation) put(place []string, file *upload) bool {
	if len(place) < 2 || place[0] != "variables" {
		return false
	}
	var at any = o.Variables
	for i, key := range place[1:] {
		last := i == len(place)-2
		switch v := at.(type) {
		case map[string]any:
			have, there := v[key]
			if last {
				if !there || have != nil {
					return false
				}
				v[key] = file
			}
			at = have
		case []any:
			n, err := strconv.Atoi(key)
			if err != nil || n < 0 || n >= len(v) || last && v[n] != nil {
				return false
			}
			if last {
				v[n] = file
			}
			at = v[n]
		default:
			return false
		}
	}
	return true
}

func picturePath(uuid, name string) string {
	return "/uploads/customer/profile_picture/" + uuid + "/" + name
}

// setPicture stores or removes the picture. What is no picture or too large is
// a problem of the field, as everything else; the kinds are ours.
func (d *data) setPicture(c *Customer, in customerInput, p *problems) {
	remove := in.RemoveProfilePicture != nil && *in.RemoveProfilePicture
	switch {
	case in.ProfilePicture == nil && remove:
		c.ProfilePicturePath = nil
	case in.ProfilePicture == nil:
	case remove:
		p.invalid("remove_profile_picture", "プロフィール写真削除フラグ")
	case len(in.ProfilePicture.data) > maxPictureBytes:
		p.add("profile_picture", "プロフィール写真", "は2MB以下にしてください", "file_size_is_less_than_or_equal_to")
	case !strings.HasPrefix(http.DetectContentType(in.ProfilePicture.data), "image/"):
		p.invalid("profile_picture", "プロフィール写真")
	default:
		c.ProfilePicturePath = new(picturePath(text(c.UUID), in.ProfilePicture.name))
	}
}

// keepPicture counts the bytes of an accepted input's picture.
func (d *data) keepPicture(uuid string, in customerInput) {
	switch {
	case in.ProfilePicture != nil:
		d.pictures[uuid] = len(in.ProfilePicture.data)
	case in.RemoveProfilePicture != nil && *in.RemoveProfilePicture:
		delete(d.pictures, uuid)
	}
}

// change is what the journal keeps of an input: whom it was about and which
// fields were sent, but no value, as most are somebody's data.
type change struct {
	UUID   string   `json:"uuid"`
	Fields []string `json:"fields"`
}

func (in customerInput) fields(uuid string) change {
	sent := map[string]bool{
		"bio": in.Bio != nil, "bornOn": in.BornOn != nil, "branch": in.BranchUUID != nil || in.BranchName != nil,
		"department": in.DepartmentUUID != nil || in.DepartmentName != nil, "email": in.Email != nil,
		"employeeNumber": in.EmployeeNumber != nil, "employmentStatus": in.EmploymentStatus != nil,
		"fullname": in.Fullname != nil, "fullnameJa": in.FullnameJa != nil, "gender": in.Gender != nil,
		"groupAnalysis":  in.GroupAnalysisUUID != nil || in.GroupAnalysisName != nil,
		"hasStressCheck": in.HasStressCheck != nil, "jobTitle": in.JobTitle != nil, "joinOn": in.JoinOn != nil,
		"retireOn": in.RetireOn != nil, "profilePicture": in.ProfilePicture != nil,
		"removeProfilePicture": in.RemoveProfilePicture != nil, "workingArrangement": in.WorkingArrangement != nil,
		"workplace":             in.WorkplaceUUID != nil || in.WorkplaceName != nil,
		"healthInsuranceSymbol": in.HealthInsuranceSymbol != nil,
		"healthInsuranceNumber": in.HealthInsuranceNumber != nil,
		"healthcheckUnionName":  in.HealthcheckUnionName != nil, "insuranceCardName": in.InsuranceCardName != nil,
		"insuranceCardNameJa": in.InsuranceCardNameJa != nil, "loginId": in.LoginID != nil,
		"isSendMail": in.IsSendMail != nil,
	}
	maps.DeleteFunc(sent, func(_ string, there bool) bool { return !there })
	return change{uuid, slices.Sorted(maps.Keys(sent))}
}
