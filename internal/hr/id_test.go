package hr_test

import (
	"encoding/base64"
	"testing"

	"github.com/hitotsu/hitotsu/internal/hr"
)

func TestDecodeID_readsWhatEncodeIDWrote(t *testing.T) {
	t.Parallel()
	ref := hr.Ref{Link: hr.Link{System: hr.Carely, Name: "osaka"}, ID: "6d72ec3a/with\x1fseparator"}
	kind, got, err := hr.DecodeID(hr.EncodeID(hr.KindEmployee, ref))
	if err != nil || kind != hr.KindEmployee || got != ref {
		t.Errorf("got %v %v %v", kind, got, err)
	}
	if hr.EncodeID(hr.KindEmployee, ref) == hr.EncodeID(hr.KindProject, ref) {
		t.Error("ids of different types are equal")
	}
}

func TestDecodeID_refuses(t *testing.T) {
	t.Parallel()
	enc := base64.RawURLEncoding.EncodeToString
	for _, id := range []string{
		"", "x", "123", "!!!!", enc([]byte("1\x1fEmployee\x1fAKASHI\x1fdefault")),
		enc([]byte("2\x1fEmployee\x1fAKASHI\x1fdefault\x1f1")), enc([]byte("1\x1fStamp\x1fAKASHI\x1fdefault\x1f1")),
		enc([]byte("1\x1fEmployee\x1fKOT\x1fdefault\x1f1")), enc([]byte("1\x1fEmployee\x1fAKASHI\x1f\x1f1")),
		enc([]byte("1\x1fEmployee\x1fAKASHI\x1fdefault\x1f")),
		enc([]byte("1\x1fEmployee\x1fAKASHI\x1fdefault\x1f1")) + "=",
	} {
		if _, _, err := hr.DecodeID(id); err == nil {
			t.Errorf("%q was taken", id)
		}
	}
}

func FuzzDecodeID(f *testing.F) {
	f.Add(hr.EncodeID(hr.KindTask, hr.Ref{Link: hr.Link{System: hr.Akashi, Name: "default"}, ID: "1/2"}))
	f.Fuzz(func(t *testing.T, id string) {
		if kind, ref, err := hr.DecodeID(id); err == nil && hr.EncodeID(kind, ref) != id {
			t.Errorf("%q reads back as another id", id)
		}
	})
}
