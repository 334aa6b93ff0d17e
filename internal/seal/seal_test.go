package seal_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/hitotsu/hitotsu/internal/seal"
)

func box(t *testing.T, fill byte, purpose, mark string) *seal.Box {
	t.Helper()
	b, err := seal.New(bytes.Repeat([]byte{fill}, seal.KeyBytes), purpose, mark)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBox(t *testing.T) {
	t.Parallel()
	place, plain := []byte("here"), []byte("plain text")
	ours := box(t, 1, "hitotsu test v1", "HT1")
	sealed := ours.Seal(place, plain)
	if bytes.Contains(sealed, plain) || bytes.Equal(sealed, ours.Seal(place, plain)) {
		t.Error("the text shows, or the same text is sealed the same twice")
	}
	changed := bytes.Clone(sealed)
	changed[len(changed)-1] ^= 1
	for name, c := range map[string]struct {
		box    *seal.Box
		place  string
		sealed []byte
		want   error
	}{
		"as it was made":    {ours, "here", sealed, nil},
		"by another box":    {box(t, 1, "hitotsu test v1", "HT1"), "here", sealed, nil},
		"another place":     {ours, "there", sealed, seal.ErrDamaged},
		"changed":           {ours, "here", changed, seal.ErrDamaged},
		"cut off":           {ours, "here", sealed[:9], seal.ErrDamaged},
		"cut off in the id": {ours, "here", sealed[:5], seal.ErrDamaged},
		"another key":       {box(t, 2, "hitotsu test v1", "HT1"), "here", sealed, seal.ErrKey},
		"another purpose":   {box(t, 1, "hitotsu other v1", "HT1"), "here", sealed, seal.ErrKey},
		"another mark":      {box(t, 1, "hitotsu test v1", "HX1"), "here", sealed, seal.ErrForeign},
		"nothing":           {ours, "here", nil, seal.ErrForeign},
	} {
		got, err := c.box.Open([]byte(c.place), c.sealed)
		if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if c.want == nil && !bytes.Equal(got, plain) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// Texts that earlier versions of the gateway stored still open, under the same names.
func TestBox_stored(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ purpose, mark, keyID, name, sealed string }{
		{
			"hitotsu vault v2", "HV2", "ad779b28", "a96e82c7f863f341c8210a049ace33f5",
			"485632ad779b28b91b493d997d13e6579129b86792af4c6ae1836f4efc806c944e6daeeee5c41bd3d66accfa",
		},
		{
			"hitotsu lookup v1", "HC1", "e0dca860", "8696e793deba34e87a913119399256a7",
			"484331e0dca860b7625f9e6809935167897be7daeaac0953e4ef570e823c751ce32addf6d0f876b5daeea381",
		},
		{
			"hitotsu directory v1", "HD1", "ae5fb8fd", "",
			"484431ae5fb8fdddb078134b0236be948d3d8821feb973b588ec82cf3fe2fee9c37ac25686e4d76cd8067d6b",
		},
	} {
		b := box(t, 7, c.purpose, c.mark)
		sealed, err := hex.DecodeString(c.sealed)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := b.Open([]byte("place"), sealed)
		if err != nil || string(plain) != "plain" {
			t.Errorf("%s: %q, %v", c.purpose, plain, err)
		}
		if got := b.KeyID(); got != c.keyID {
			t.Errorf("%s: key id %s, want %s", c.purpose, got, c.keyID)
		}
		if got := seal.Mac(b.Names(), 16, "a", "bc"); c.name != "" && got != c.name {
			t.Errorf("%s: name %s, want %s", c.purpose, got, c.name)
		}
	}
}

func TestNew_keySize(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 16, seal.KeyBytes + 1} {
		if _, err := seal.New(make([]byte, size), "hitotsu test v1", "HT1"); !errors.Is(err, seal.ErrKeySize) {
			t.Errorf("a key of %d bytes: %v", size, err)
		}
	}
}

func TestMac(t *testing.T) {
	t.Parallel()
	names := box(t, 1, "hitotsu test v1", "HT1").Names()
	if seal.Mac(names, 16, "ab", "c") == seal.Mac(names, 16, "a", "bc") {
		t.Error("parts run together")
	}
	if seal.Mac(names, 16, "a") == seal.Mac(box(t, 2, "hitotsu test v1", "HT1").Names(), 16, "a") {
		t.Error("another key makes the same name")
	}
}
