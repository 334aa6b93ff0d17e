// Package app builds the whole gateway out of a configuration and runs it: the
// one place that knows every room.
//
// serve, demo and check are the program's commands; cmd/hitotsu parses their
// flags and calls them. The demo starts the simulators too, on ports of their
// own: the gateway it builds knows only their URLs and credentials.
//
// app may import everything; only cmd/hitotsu and e2e import app.
package app
