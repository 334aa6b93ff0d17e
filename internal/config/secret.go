package config

import (
	"crypto/subtle"
	"fmt"
	"log/slog"
)

// redacted is what any printed form of a Secret shows.
const redacted = "[secret]"

// Secret is a value that shows itself only through Reveal: printed, logged or
// marshalled in any way it reads "[secret]", or "" when it is not set. The value
// is behind a pointer because fmt prints unexported fields of other structs
// without calling their methods. The zero Secret is not set.
type Secret struct{ value *string }

// NewSecret returns a Secret that holds value; an empty value gives the zero
// Secret.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{value: &value}
}

// Reveal returns the value, "" when it is not set. Call it only where the value
// leaves for the system it belongs to.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsSet reports whether s holds a value.
func (s Secret) IsSet() bool { return s.value != nil }

// Equal reports whether both hold the same value, in constant time.
func (s Secret) Equal(other Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(other.Reveal())) == 1
}

// String returns "[secret]", or "" when s is not set.
func (s Secret) String() string {
	if s.value == nil {
		return ""
	}
	return redacted
}

// GoString is String, for %#v.
func (s Secret) GoString() string { return s.String() }

// Format writes String for every verb, %x and %p included.
func (s Secret) Format(f fmt.State, _ rune) {
	// A fmt.State of the standard library cannot fail; a caller's could, and
	// there is nobody to tell.
	_, _ = f.Write([]byte(s.String()))
}

// LogValue is String, for slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText is String, for every encoder that knows encoding.TextMarshaler.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalJSON is String, quoted.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + s.String() + `"`), nil }
