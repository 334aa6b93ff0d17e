package carely

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"

	"github.com/Khan/genqlient/graphql"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// MaxPictureBytes is the largest profile picture, decoded. The limit is the
// gateway's: the vendor names none.
const MaxPictureBytes = 2 << 20

// Picture is a profile picture.
type Picture struct {
	data []byte
	kind string
}

// DecodePicture reads a picture in base64, with or without padding and line
// breaks. The error is BadUserInput and never quotes the text.
func DecodePicture(text string) (*Picture, error) {
	// Line breaks come at most every 60 characters or so; the exact bound is below.
	if len(text) > base64.StdEncoding.EncodedLen(MaxPictureBytes)/16*17 {
		return nil, tooLarge()
	}
	text = strings.TrimRight(strings.NewReplacer("\r", "", "\n", "").Replace(strings.TrimSpace(text)), "=")
	data, err := base64.RawStdEncoding.DecodeString(text)
	switch {
	case err != nil:
		return nil, fault.New(fault.BadUserInput, "the profile picture is not base64")
	case len(data) == 0:
		return nil, fault.New(fault.BadUserInput, "the profile picture is empty; removeProfilePicture removes one")
	case len(data) > MaxPictureBytes:
		return nil, tooLarge()
	}
	kind := http.DetectContentType(data)
	if !strings.HasPrefix(kind, "image/") {
		// Newer formats are not recognised: whether it is a picture is for the
		// vendor to say, but it never travels as a page or a script.
		kind = "application/octet-stream"
	}
	return &Picture{data, kind}, nil
}

func tooLarge() error {
	return fault.New(fault.BadUserInput, "the profile picture is larger than %d bytes", MaxPictureBytes)
}

// fileName is ours: the caller's own might tell a name.
func (p *Picture) fileName() string {
	if kind, ok := strings.CutPrefix(p.kind, "image/"); ok {
		return "picture." + kind
	}
	return "picture"
}

// multipartRequest writes a GraphQL multipart request: the operation with null in
// the file's place, the map from the file's part to that place, and the file. The
// order is part of the format.
// https://github.com/jaydenseric/graphql-multipart-request-spec
func multipartRequest(req *graphql.Request, p *Picture) (body []byte, contentType string, err error) {
	operations, err := json.Marshal(req)
	if err != nil {
		return nil, "", err
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.WriteField("operations", string(operations)); err != nil {
		return nil, "", err
	}
	if err := w.WriteField("map", `{"0":["variables.customerInput.profilePicture"]}`); err != nil {
		return nil, "", err
	}
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="0"; filename="` + p.fileName() + `"`},
		"Content-Type":        {p.kind},
	})
	if err != nil {
		return nil, "", err
	}
	if _, err := part.Write(p.data); err != nil {
		return nil, "", err
	}
	if err := w.Close(); err != nil {
		return nil, "", err
	}
	return b.Bytes(), w.FormDataContentType(), nil
}
