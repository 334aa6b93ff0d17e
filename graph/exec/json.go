package exec

import "unicode/utf8"

const hexDigits = "0123456789abcdef"

// lineSeparatorLead is the first byte of U+2028 and U+2029.
const lineSeparatorLead = 0xe2

// appendString appends s as a JSON string: as encoding/json does without HTML
// escaping, invalid UTF-8 replaced by U+FFFD, and the line separators U+2028
// and U+2029 escaped because old JavaScript ends lines there.
func appendString(buf []byte, s string) []byte {
	buf = append(buf, '"')
	valid := utf8.ValidString(s)
	start := 0
	for i := 0; i < len(s); {
		b := s[i]
		if b >= ' ' && b != '"' && b != '\\' && (b < utf8.RuneSelf || valid && b != lineSeparatorLead) {
			i++
			continue
		}
		if b < utf8.RuneSelf {
			buf = append(buf, s[start:i]...)
			buf = appendEscape(buf, b)
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			buf = append(buf, s[start:i]...)
			buf = append(buf, `\ufffd`...)
			start = i + size
		case r == '\u2028' || r == '\u2029':
			buf = append(buf, s[start:i]...)
			buf = append(buf, `\u202`...)
			buf = append(buf, hexDigits[r&0xf])
			start = i + size
		}
		i += size
	}
	buf = append(buf, s[start:]...)
	return append(buf, '"')
}

func appendEscape(buf []byte, b byte) []byte {
	switch b {
	case '"', '\\':
		return append(buf, '\\', b)
	case '\b':
		return append(buf, '\\', 'b')
	case '\f':
		return append(buf, '\\', 'f')
	case '\n':
		return append(buf, '\\', 'n')
	case '\r':
		return append(buf, '\\', 'r')
	case '\t':
		return append(buf, '\\', 't')
	}
	return append(buf, '\\', 'u', '0', '0', hexDigits[b>>4], hexDigits[b&0xf])
}

// closeString ends a string whose opening quote is at start and whose text was
// appended as it is; it is written anew when it needs escapes.
func closeString(buf []byte, start int) []byte {
	text := buf[start+1:]
	for _, b := range text {
		if b < ' ' || b == '"' || b == '\\' || b >= utf8.RuneSelf {
			return appendString(buf[:start], string(text))
		}
	}
	return append(buf, '"')
}
