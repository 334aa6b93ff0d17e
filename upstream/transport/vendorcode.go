package transport

import "strings"

// maxCodeLength is the longest vendor code that is passed on. Known ones have at
// most a dozen characters; a token, a UUID above all, has more.
const maxCodeLength = 32

// VendorCode trims a vendor's error code (AKASHI prints one with a leading
// space) and drops what does not look like one, since it may be shown: a code is
// short and of plain characters.
func VendorCode(s string) string {
	s = strings.TrimSpace(s)
	plain := func(r rune) bool {
		return r == '_' || r == '-' || r == '.' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
	}
	if len(s) > maxCodeLength || strings.TrimFunc(s, plain) != "" {
		return ""
	}
	return s
}
