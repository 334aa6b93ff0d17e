package docs_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/config"
)

var update = flag.Bool("update", false, "rewrite the generated part of docs/configuration.md")

const (
	referenceBegin = "<!-- The rest is written by: go test ./docs -run Configuration -update -->\n"
	configPage     = "configuration.md"
)

// TestConfiguration_pageIsTheReference keeps docs/configuration.md equal to what
// internal/config reads.
func TestConfiguration_pageIsTheReference(t *testing.T) {
	t.Parallel()
	page := read(t, configPage)
	intro, have, found := strings.Cut(page, referenceBegin)
	if !found {
		t.Fatalf("%s has lost its marker", configPage)
	}
	want := reference(config.Reference())
	if *update {
		if err := os.WriteFile(configPage, []byte(intro+referenceBegin+want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := gocmp.Diff(want, have); diff != "" {
		t.Errorf("%s is not the reference; rerun with -update (-want +got):\n%s", configPage, diff)
	}
}

// reference writes one table for the gateway and one for each system.
func reference(entries []config.Entry) string {
	var b strings.Builder
	heading := ""
	for _, e := range entries {
		title := cmp.Or(string(e.System), "The gateway")
		if title != heading {
			heading = title
			fmt.Fprintf(&b, "\n## %s\n\n", title)
			b.WriteString("| variable | key in the file | default | meaning |\n|---|---|---|---|\n")
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", variables(e), key(e), code(e.Default), meaning(e))
	}
	return b.String()
}

func variables(e config.Entry) string {
	var names []string
	for _, v := range []string{e.Variable, e.LinkVariable} {
		if v == "" {
			continue
		}
		names = append(names, code(v))
		if e.Secret {
			names = append(names, code(v+"_FILE"))
		}
	}
	return strings.Join(names, "<br>")
}

func key(e config.Entry) string {
	if e.Secret {
		return ""
	}
	return code(e.Key)
}

func meaning(e config.Entry) string {
	text := strings.ReplaceAll(e.Description, "|", `\|`)
	if e.Required {
		text = "**Needed.** " + text
	}
	if e.List {
		text += " A list; with commas in the variable."
	}
	return text
}

// code sets text as code in a table's cell.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(text, "|", `\|`) + "`"
}
