package server

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// The media types that answers can have.
const (
	mediaJSON    = "application/json"
	mediaGraphQL = "application/graphql-response+json"
)

// answerType picks the media type of the answer from the Accept header: the
// acceptable one with the highest q-value, by the more specific range, then the
// one named first. Without a preference it is application/json, which old
// clients need. It is false when neither is acceptable.
func answerType(h http.Header) (string, bool) {
	accept := strings.Join(h.Values("Accept"), ",")
	if strings.TrimSpace(accept) == "" {
		return mediaJSON, true
	}
	ranges := parseAccept(accept)
	j, g := quality(ranges, mediaJSON), quality(ranges, mediaGraphQL)
	switch {
	case j.q <= 0 && g.q <= 0:
		return mediaJSON, false
	case g.q > j.q:
		return mediaGraphQL, true
	case g.q == j.q && g.named && (!j.named || g.place < j.place):
		return mediaGraphQL, true
	default:
		return mediaJSON, true
	}
}

// acceptRange is one element of an Accept header.
type acceptRange struct {
	media string
	q     float64
}

// preference is how much a media type is wanted: by which q, whether by its
// full name, and at which place of the header.
type preference struct {
	q     float64
	named bool
	place int
}

// maxRanges bounds the elements of an Accept header that are looked at.
const maxRanges = 32

func parseAccept(accept string) []acceptRange {
	var out []acceptRange
	for part := range strings.SplitSeq(accept, ",") {
		if len(out) == maxRanges {
			break
		}
		media, params, err := mime.ParseMediaType(part)
		if err != nil || !isUTF8(params["charset"]) {
			continue
		}
		r := acceptRange{media: media, q: 1}
		if s, ok := params["q"]; ok {
			q, err := strconv.ParseFloat(s, 64)
			if err != nil || !(q >= 0 && q <= 1) {
				continue
			}
			r.q = q
		}
		out = append(out, r)
	}
	return out
}

// quality finds the most specific range that covers a media type.
func quality(ranges []acceptRange, media string) preference {
	best, specific := preference{}, 0
	for i, r := range ranges {
		s := 0
		switch r.media {
		case media:
			s = 3
		case "application/*":
			s = 2
		case "*/*":
			s = 1
		}
		if s > specific {
			best, specific = preference{q: r.q, named: s == 3, place: i}, s
		}
	}
	return best
}

// isUTF8 reports whether a charset parameter means UTF-8; a missing one does.
func isUTF8(charset string) bool {
	switch strings.ToLower(charset) {
	case "", "utf-8", "utf8":
		return true
	}
	return false
}
