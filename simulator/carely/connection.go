package carely

import (
	"encoding/base64"
	"errors"
	"strconv"
)

// maxPage is the page without first, and the most a page holds: a larger first
// is cut to it without a word (facts 2.4).
const maxPage = 100

// pageArgs are Relay's arguments.
type pageArgs struct {
	First, Last   *int32
	After, Before *string
}

type pageInfo struct {
	StartCursor, EndCursor       *string
	HasNextPage, HasPreviousPage bool
}

var errCursor = errors.New("invalid cursor")

// cursor is the 1-based position in base64url without padding: MQ is 1, NjY is
// 66 (facts 2.4). It is an offset, so rows added before it shift it.
func cursor(position int) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(position)))
}

func position(cursor string) (int, error) {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return 0, errCursor
	}
	n, err := strconv.Atoi(string(raw))
	if err != nil || n < 0 {
		return 0, errCursor
	}
	return n, nil
}

// window returns the 0-based half-open range of the page in a list of total.
func (a pageArgs) window(total int) (from, to int, err error) {
	to = total
	if a.After != nil {
		n, err := position(*a.After)
		if err != nil {
			return 0, 0, err
		}
		from = min(n, total)
	}
	if a.Before != nil {
		n, err := position(*a.Before)
		if err != nil {
			return 0, 0, err
		}
		to = min(to, max(n-1, from))
	}
	if a.First != nil || a.Last == nil {
		to = min(to, from+size(a.First))
	}
	if a.Last != nil {
		from = max(from, to-size(a.Last))
	}
	return from, to, nil
}

func size(asked *int32) int {
	if asked == nil {
		return maxPage
	}
	return min(maxPage, max(0, int(*asked)))
}

func newPageInfo(from, to, total int) pageInfo {
	info := pageInfo{HasNextPage: to < total, HasPreviousPage: from > 0}
	if from < to {
		info.StartCursor, info.EndCursor = new(cursor(from+1)), new(cursor(to))
	}
	return info
}
