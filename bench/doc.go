// Package bench measures what the gateway promises about speed, against
// encoding/json in the same run. It has benchmarks only, and nothing imports it.
package bench
