package yesod

import (
	"crypto/sha256"
	"encoding/base64"
	"strconv"
)

// nilID is the nil UUID: no reference, or not a multi-value item (facts 1.2).
const nilID = "AAAAAAAAAAAAAAAAAAAAAA"

// newID makes a stable id: 22 characters of URL-safe base64 without padding
// over a UUID in the form of version 4 (facts 1.2).
func newID(seed uint64, kind, key string) string {
	sum := sha256.Sum256([]byte("yesod/" + strconv.FormatUint(seed, 10) + "/" + kind + "/" + key))
	sum[6] = sum[6]&0x0f | 0x40
	sum[8] = sum[8]&0x3f | 0x80
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}
