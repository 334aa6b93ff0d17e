// Package config is the one typed configuration of the gateway.
//
// A value comes from the defaults in Default, then the YAML file named by
// HITOTSU_CONFIG, then the environment; the later wins. Every scalar has one
// row in settings.go, which says its key in the file, its variable, its meaning
// and how it is read, so that the file, the environment, the reference in the
// documentation and the summary printed at start cannot drift apart. That is
// why the file is walked here and not decoded into the struct, and why no
// library reads the environment: each would report only its own faults, one at
// a time and without the place where the value was written.
//
// Secrets come only from the environment or from a file named by the variable
// with _FILE after it, never from the YAML file. Load reports all faults of a
// configuration at once and never prints a value.
//
// config is on the lowest floor: of the gateway it may import internal/fault
// and nothing else.
package config
