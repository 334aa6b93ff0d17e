package main

import (
	"bufio"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/hitotsu/hitotsu/internal/app"
	"github.com/hitotsu/hitotsu/internal/config"
)

// tokenCommand works on the credentials of the links. Secrets come from standard
// input, a line each, and never from arguments, which other users of the machine
// and the shell's history can see.
type tokenCommand struct {
	Demo bool   `help:"Speak to the hitotsu demo that runs on this machine." xor:"where"`
	At   string `help:"Speak to the gateway that runs on this data directory." placeholder:"DIR" xor:"where"`

	List   tokenList   `cmd:"" help:"Show every link's credential with its end and its state."`
	Add    tokenAdd    `cmd:"" help:"Test a new credential and store it."`
	Link   tokenLink   `cmd:"" help:"Print a URL with which an administrator links Carely in a browser, once."`
	Test   tokenTest   `cmd:"" help:"Make one harmless call with each credential and say whether it works."`
	Rotate tokenRotate `cmd:"" help:"Exchange a credential for a new one now."`
	Remove tokenRemove `cmd:"" help:"Forget a credential."`
	Export tokenExport `cmd:"" help:"Write an encrypted backup of all stored credentials."`
	Import tokenImport `cmd:"" help:"Restore the credentials of a backup."`
}

// bench is what the subcommands share.
type bench struct {
	process

	demo bool
	at   string
	in   *bufio.Reader
}

func (c *tokenCommand) bench(p process) *bench {
	return &bench{process: p, demo: c.Demo, at: c.At, in: bufio.NewReader(p.in)}
}

// open returns the credentials that the command is about.
func (b *bench) open(ctx context.Context) (app.Tokens, error) {
	opts := b.serveOptions()
	opts.NewLog = func(string, string) *slog.Logger { return b.quietLog("error") }
	return app.OpenTokens(ctx, app.TokenOptions{ServeOptions: opts, Demo: b.demo, DataDir: b.at})
}

// do executes one operation.
func (b *bench) do(ctx context.Context, r app.TokenRequest) (a app.TokenAnswer, err error) {
	tokens, err := b.open(ctx)
	if err != nil {
		return a, err
	}
	defer func() { err = errors.Join(err, tokens.Close()) }()
	return tokens.Do(ctx, r)
}

// say executes one operation and prints what was done.
func (b *bench) say(ctx context.Context, r app.TokenRequest) error {
	a, err := b.do(ctx, r)
	if err == nil {
		b.print("%s\n", a.Message)
	}
	return err
}

func (b *bench) print(format string, args ...any) { _, _ = fmt.Fprintf(b.out, format, args...) }

// longestLine bounds a secret on standard input, in bytes.
const longestLine = 16 << 10

// secret reads one line of standard input. ask is shown to a person.
func (b *bench) secret(ask string) (string, error) {
	b.complain("%s", ask)
	line, err := b.line()
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("standard input cannot be read: %w", err)
	}
	line = strings.TrimSpace(line)
	switch {
	case line == "":
		return "", errors.New("nothing came on standard input; give the value there, on a line of its own")
	case len(line) > longestLine || strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r > '~' }):
		return "", errors.New("the value on standard input must be one line of printable ASCII; was it copied whole?")
	}
	return line, nil
}

// line reads a line; what somebody types at a terminal is not shown there.
func (b *bench) line() (string, error) {
	if f, ok := b.process.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		typed, err := term.ReadPassword(int(f.Fd()))
		return string(typed), err
	}
	return b.in.ReadString('\n')
}

// which names a credential on the command line.
type which struct {
	System   string `arg:"" help:"${enum}." enum:"akashi,jobcan,carely,yesod"`
	Link     string `help:"Name of the link." default:"default"`
	Employee string `help:"Code of the employee whose own AKASHI token it is." placeholder:"CODE"`
}

func (w which) request(do app.TokenOperation) app.TokenRequest {
	return app.TokenRequest{Do: do, System: app.TokenSystems()[w.System], Link: w.Link, Employee: w.Employee}
}

type tokenAdd struct {
	which

	RefreshToken bool `help:"Carely: take a refresh token instead of asking an administrator to allow the gateway."`
}

// Run tests and stores a credential that comes on standard input.
func (c tokenAdd) Run(ctx context.Context, p process, parent *tokenCommand) error {
	b := parent.bench(p)
	r := c.request(app.TokenAdd)
	if r.System == config.Carely && !c.RefreshToken {
		return b.authorize(ctx, r)
	}
	if r.System != config.Jobcan { // which says that there is nothing to add
		secret, err := b.secret("The new token, on a line of its own:")
		if err != nil {
			return err
		}
		r.Secret = secret
	}
	return b.say(ctx, r)
}

// authorize lets an administrator allow the gateway, wherever the browser is.
func (b *bench) authorize(ctx context.Context, r app.TokenRequest) (err error) {
	tokens, err := b.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tokens.Close()) }()
	r.Do = app.TokenAuthorize
	begun, err := tokens.Do(ctx, r)
	if err != nil {
		return err
	}
	b.print("An administrator of Carely opens this and allows the gateway:\n\n  %s\n\n"+
		"The browser is then sent to an address that holds a code; it does not matter whether that page opens.\n",
		begun.URL)
	line, err := b.secret("That whole address, or the code in it, on a line of its own:")
	if err != nil {
		return err
	}
	if r.Secret, err = codeOf(line, begun.State); err != nil {
		return err
	}
	r.Do, r.Verifier = app.TokenFinish, begun.Verifier
	done, err := tokens.Do(ctx, r)
	if err == nil {
		b.print("%s\n", done.Message)
	}
	return err
}

// codeOf is the code in what somebody copied from a browser.
func codeOf(line, state string) (string, error) {
	if !strings.Contains(line, "://") {
		return line, nil
	}
	u, err := url.Parse(line)
	if err != nil {
		return "", errors.New("this is no address; copy it whole, or only the code in it") // the cause would quote it
	}
	q := u.Query()
	switch {
	case q.Get("error") != "":
		return "", errors.New("it was not allowed in Carely; nothing was changed")
	case q.Get("code") == "":
		return "", errors.New("the address holds no code; copy the one that the browser was sent to")
	case subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(state)) != 1:
		return "", errors.New("the address belongs to another attempt, by its state; begin again; nothing was changed")
	}
	return q.Get("code"), nil
}

type tokenLink struct {
	System string `arg:"" help:"${enum}." enum:"carely"`
	Link   string `help:"Name of the link." default:"default"`
}

// Run prints the URL.
func (c tokenLink) Run(ctx context.Context, p process, parent *tokenCommand) error {
	b := parent.bench(p)
	a, err := b.do(ctx, app.TokenRequest{Do: app.TokenTicket, System: app.TokenSystems()[c.System], Link: c.Link})
	if err == nil {
		b.print("An administrator of Carely opens this in a browser (%s):\n\n  %s\n", a.Message, a.URL)
	}
	return err
}

type tokenRotate struct{ which }

// Run exchanges a credential.
func (c tokenRotate) Run(ctx context.Context, p process, parent *tokenCommand) error {
	return parent.bench(p).say(ctx, c.request(app.TokenRotate))
}

type tokenRemove struct {
	which

	Revoke bool `help:"Carely: end the credential there too."`
}

// Run forgets a credential.
func (c tokenRemove) Run(ctx context.Context, p process, parent *tokenCommand) error {
	r := c.request(app.TokenRemove)
	r.Revoke = c.Revoke
	return parent.bench(p).say(ctx, r)
}

// passphrase is where a backup's passphrase comes from.
type passphrase struct {
	PassphraseFile string `help:"File whose first line is the passphrase; standard input by default." type:"existingfile"`
}

func (c passphrase) read(b *bench) (string, error) {
	if c.PassphraseFile == "" {
		return b.secret("The passphrase of the backup, on a line of its own:")
	}
	f, err := os.Open(c.PassphraseFile)
	if err != nil {
		return "", fmt.Errorf("the passphrase's file cannot be read: %w", err)
	}
	defer f.Close() //nolint:errcheck // nothing was written
	line, err := bufio.NewReader(io.LimitReader(f, longestLine)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("the passphrase's file cannot be read: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

type tokenExport struct {
	passphrase

	File string `arg:"" help:"The file to write; it must not exist."`
}

// Run writes a backup.
func (c tokenExport) Run(ctx context.Context, p process, parent *tokenCommand) (err error) {
	b := parent.bench(p)
	r := app.TokenRequest{Do: app.TokenExport}
	if r.Passphrase, err = c.read(b); err != nil {
		return err
	}
	a, err := b.do(ctx, r)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("the backup cannot be written: %w", err)
	}
	_, err = f.Write(a.Backup)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("the backup cannot be written: %w", err)
	}
	b.print("%d bytes, encrypted; without the passphrase the backup is worth nothing\n", len(a.Backup))
	return nil
}

type tokenImport struct {
	passphrase

	File      string `arg:"" help:"The backup." type:"existingfile"`
	Overwrite bool   `help:"Restore also what is older than what is stored."`
}

// Run restores a backup.
func (c tokenImport) Run(ctx context.Context, p process, parent *tokenCommand) error {
	b := parent.bench(p)
	backup, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("the backup cannot be read: %w", err)
	}
	r := app.TokenRequest{Do: app.TokenImport, Backup: backup, Overwrite: c.Overwrite}
	if r.Passphrase, err = c.read(b); err != nil {
		return err
	}
	return b.say(ctx, r)
}
