package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// Config is the part of gqlgen's configuration that this generator knows. Any
// other key is an error: a setting that is silently ignored is worse than none.
type Config struct {
	// Schema lists the schema files as globs.
	Schema []string `yaml:"schema"`
	// Exec says where the resolver interfaces go.
	Exec PackageConfig `yaml:"exec"`
	// Model says where the generated models go.
	Model ModelConfig `yaml:"model"`
	// Resolver says where the resolvers are written by hand; for the reader only.
	Resolver PackageConfig `yaml:"resolver"`
	// Models binds GraphQL types to Go types that exist.
	Models map[string]Binding `yaml:"models"`

	dir    string // where the configuration lies
	module string // module path and directory, from go.mod
	root   string
}

// PackageConfig names a package and its directory.
type PackageConfig struct {
	Package string `yaml:"package"`
	Dir     string `yaml:"dir"`
}

// ModelConfig names the models file and its package.
type ModelConfig struct {
	Filename string `yaml:"filename"`
	Package  string `yaml:"package"`
}

// Binding is the Go type of a GraphQL type.
type Binding struct {
	// Model is "import/path.Type", or a predeclared type such as "string".
	Model string `yaml:"model"`
}

func loadConfig(path string) (*Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	cfg := &Config{dir: filepath.Dir(path)}
	if err := yaml.UnmarshalWithOptions(data, cfg, yaml.Strict()); err != nil {
		if _, unknown := errors.AsType[*yaml.UnknownFieldError](err); unknown {
			return nil, fmt.Errorf("%s: key is not supported by this generator: %w", path, err)
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	cfg.root, cfg.module, err = findModule(cfg.dir)
	return cfg, err
}

func (c *Config) validate() error {
	var errs []error
	need := func(value, key string) {
		if value == "" {
			errs = append(errs, fmt.Errorf("%s is missing", key))
		}
	}
	if len(c.Schema) == 0 {
		need("", "schema")
	}
	need(c.Exec.Package, "exec.package")
	need(c.Exec.Dir, "exec.dir")
	need(c.Model.Filename, "model.filename")
	need(c.Model.Package, "model.package")
	for name, b := range c.Models {
		need(b.Model, "models."+name+".model")
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}

// schemaFiles expands the globs, each file once, in order of glob and name.
func (c *Config) schemaFiles() ([]string, error) {
	var out []string
	for _, glob := range c.Schema {
		found, err := filepath.Glob(filepath.Join(c.dir, glob))
		if err != nil {
			return nil, fmt.Errorf("schema %q: %w", glob, err)
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("schema %q: no file", glob)
		}
		for _, f := range found {
			if !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	return out, nil
}

// importPath is the import path of a directory given relative to the
// configuration.
func (c *Config) importPath(dir string) (string, error) {
	abs, err := filepath.Abs(filepath.Join(c.dir, dir))
	if err != nil {
		return "", fmt.Errorf("import path of %s: %w", dir, err)
	}
	rel, err := filepath.Rel(c.root, abs)
	if err != nil {
		return "", fmt.Errorf("import path of %s: %w", dir, err)
	}
	return c.module + "/" + filepath.ToSlash(rel), nil
}

// findModule walks up from dir to the go.mod and reads the module's path.
func findModule(dir string) (root, module string, err error) {
	root, err = filepath.Abs(dir)
	if err != nil {
		return "", "", fmt.Errorf("find go.mod: %w", err)
	}
	for {
		data, err := os.ReadFile(filepath.Join(root, "go.mod"))
		if err == nil {
			for line := range strings.Lines(string(data)) {
				if rest, ok := strings.CutPrefix(line, "module "); ok {
					return root, strings.TrimSpace(rest), nil
				}
			}
			return "", "", fmt.Errorf("%s/go.mod names no module", root)
		}
		parent := filepath.Dir(root)
		if parent == root {
			return "", "", errors.New("no go.mod above the configuration")
		}
		root = parent
	}
}
