package server

import (
	"context"
	"maps"
	"net/http"
	"time"

	"github.com/hitotsu/hitotsu/internal/usage"
)

// FreshnessHeader is a header of requests: its value "full" asks for extensions.hitotsu: what the
// answer took from each system and from the caches, and how old that is.
const FreshnessHeader = "Hitotsu-Freshness"

// wireFreshness is extensions.hitotsu.
type wireFreshness struct {
	Systems []wireUsed `json:"systems"`
}

// wireUsed is what an answer took from one link. Ages are in whole seconds,
// absent when nothing was read.
type wireUsed struct {
	System string `json:"system"`
	Link   string `json:"link"`
	// Calls are requests sent for this operation, repetitions included.
	Calls int `json:"calls"`
	// MemoryHits and StoreHits are cells of this gateway's memory and of the
	// store that gateways share.
	MemoryHits int `json:"memoryHits"`
	StoreHits  int `json:"storeHits"`
	// OldestAgeSeconds is the age of the oldest row read; PeopleAgeSeconds that of
	// the list of people by which names and rights were found.
	OldestAgeSeconds *int `json:"oldestAgeSeconds,omitempty"`
	PeopleAgeSeconds *int `json:"peopleAgeSeconds,omitempty"`
	// Stale lists, as error codes, why something old was shown.
	Stale []string `json:"stale"`
}

// freshness begins an account if the caller asks for one. told adds it to the
// extensions of the answer.
func freshness(ctx context.Context, h http.Header) (_ context.Context, told func(map[string]any) map[string]any) {
	if h.Get(FreshnessHeader) != "full" {
		return ctx, func(extensions map[string]any) map[string]any { return extensions }
	}
	account := &usage.Account{}
	return usage.With(ctx, account), func(extensions map[string]any) map[string]any {
		out := map[string]any{"hitotsu": wireFreshness{Systems: used(account)}}
		maps.Copy(out, extensions)
		return out
	}
}

func used(account *usage.Account) []wireUsed {
	links := account.Links()
	out := make([]wireUsed, len(links))
	for i, u := range links {
		out[i] = wireUsed{
			System: u.System, Link: u.Name, Calls: u.Calls, MemoryHits: u.MemoryHits, StoreHits: u.StoreHits,
			OldestAgeSeconds: seconds(u.Oldest), PeopleAgeSeconds: seconds(u.People),
			Stale: append([]string{}, u.Stale...),
		}
	}
	return out
}

func seconds(d *time.Duration) *int {
	if d == nil {
		return nil
	}
	n := int(*d / time.Second)
	return &n
}
