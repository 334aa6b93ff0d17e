// Command gen writes the Go side of the GraphQL schema:
//
//	go run ./graph/gen [-config gqlgen.yml] [-check]
//
// It reads gqlgen.yml and the schema files named there, and writes
//
//   - the models file (model.filename): Go types for everything that is not
//     bound to a type of ours under models:;
//   - resolvers_gen.go in exec.dir: one interface for each type with resolver
//     fields, ResolverRoot over them, and Bindings, which hands both to
//     graph/exec in a way the compiler checks;
//   - schema_gen.go in exec.dir: the text of the schema.
//
// The output depends on those files only, so it is committed and -check (and a
// test) tells when it is stale. gen imports nothing of the gateway but
// graph/exec, whose naming rules it shares.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// run is main without the process around it.
func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("gen", flag.ContinueOnError)
	config := flags.String("config", "gqlgen.yml", "the configuration file; paths in it are relative to it")
	check := flags.Bool("check", false, "write nothing; fail when a file is not what would be written")
	if err := flags.Parse(args); err != nil {
		return err
	}
	files, err := Generate(*config)
	if err != nil {
		return err
	}
	for _, f := range files {
		if *check {
			if err := f.check(); err != nil {
				return err
			}
			continue
		}
		if err := f.write(); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(out, f.Path); err != nil {
			return fmt.Errorf("name the file: %w", err)
		}
	}
	return nil
}

// File is one generated file.
type File struct {
	// Path is where it goes.
	Path string
	// Content is the formatted Go source.
	Content []byte
}

func (f File) check() error {
	have, err := os.ReadFile(f.Path)
	if err != nil {
		return fmt.Errorf("read what was generated: %w", err)
	}
	if !bytes.Equal(have, f.Content) {
		return fmt.Errorf("%s is stale: run go run ./graph/gen", f.Path)
	}
	return nil
}

func (f File) write() error {
	if err := os.MkdirAll(filepath.Dir(f.Path), 0o755); err != nil {
		return fmt.Errorf("make the directory: %w", err)
	}
	if err := os.WriteFile(f.Path, f.Content, 0o644); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}
