package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/hitotsu/hitotsu/graph/exec"
	"github.com/hitotsu/hitotsu/graph/generated"
	"github.com/hitotsu/hitotsu/internal/access"
	"github.com/hitotsu/hitotsu/internal/auth"
	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
	"github.com/hitotsu/hitotsu/internal/native"
	"github.com/hitotsu/hitotsu/internal/price"
	"github.com/hitotsu/hitotsu/internal/quota"
	"github.com/hitotsu/hitotsu/internal/reads"
	"github.com/hitotsu/hitotsu/internal/server"
	"github.com/hitotsu/hitotsu/internal/server/document"
	"github.com/hitotsu/hitotsu/internal/slice"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/internal/vault"
	"github.com/hitotsu/hitotsu/internal/writes"
	"github.com/hitotsu/hitotsu/resolvers"
	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/web"
)

// Gateway is a built gateway. Close it after use.
type Gateway struct {
	links     *links
	directory *directory.Directory
	cells     *lookup.Cells
	vault     *vault.Vault
	ledger    *quota.Ledger
	server    *server.Server
	docs      documents
	log       *slog.Logger
	desk      *desk
	// dataDir is where requests about credentials are taken; "" without one.
	dataDir string
	// maxCalls is what one operation may ask of the systems; 0 sets no limit.
	maxCalls int
	// now is the clock.
	now func() time.Time
	// shares are the links' parts of an operation's time.
	shares slice.Shares
}

// Parts are what a Gateway is built from.
type Parts struct {
	Config  *config.Config
	Callers *auth.Callers
	Page    web.Config
	Log     *slog.Logger
	// Now is the clock of data: how old a value is, what day it is.
	Now func() time.Time
	// Company, when it is set, is who there is: the links are then not asked for
	// people and organisations.
	Company *Company
	// OvertimeMonths is reads.Options.OvertimeMonths.
	OvertimeMonths float64
}

// Company lists people and organisations in place of the links.
type Company struct {
	Rosters []sources.Roster
	Units   []sources.UnitSource
}

// Build makes a gateway. It makes no upstream call.
func Build(ctx context.Context, p Parts) (*Gateway, error) {
	docs, err := openStore(ctx, p.Config, p.Log)
	if err != nil {
		return nil, err
	}
	g := &Gateway{docs: docs, log: p.Log, dataDir: p.Config.DataDir, maxCalls: p.Config.Limits.Calls, now: p.Now}
	g.shares = sharesOf(p.Config)
	if g.vault, err = openVault(docs, p); err != nil {
		return nil, errors.Join(err, docs.Close())
	}
	if g.ledger, err = openLedger(ctx, docs, p); err != nil {
		return nil, errors.Join(err, g.Close())
	}
	if err := g.assemble(ctx, p); err != nil {
		return nil, errors.Join(err, g.Close())
	}
	return g, nil
}

// assemble builds everything above the store.
func (g *Gateway) assemble(ctx context.Context, p Parts) error {
	var err error
	if g.cells, err = openCells(g.docs, p); err != nil {
		return err
	}
	g.links, err = connect(ctx, p, g.vault, g.ledger, g.codeOf)
	if err != nil {
		return err
	}
	g.links.readAs(p.Config)
	g.desk = newDesk(g, p)
	g.directory = directory.New(g.roster(p))
	g.hearOfPeople()
	reader := reads.New(reads.Options{
		Directory: g.directory, Akashi: g.links.akashi, Jobcan: g.links.jobcan, Carely: g.links.carely, Cells: g.cells,
		OvertimeMonths: p.OvertimeMonths,
	})
	root := &resolvers.Root{
		Explain:   g.explain,
		Directory: g.directory, Reads: reader, Systems: g.links.systems, AkashiTokens: ownTokens{g.links},
		Writes: writes.New(writes.Options{
			Directory: g.directory, Reads: reader, Akashi: g.links.akashi, Carely: g.links.carely, Documents: g.docs,
		}),
		Native: native.New(native.Options{
			Directory: g.directory, Reads: reader, Akashi: g.links.akashiClients, Carely: g.links.carelyClients,
			Jobcan: g.links.jobcanClients, Yesod: g.links.yesodClients,
		}),
	}
	engine, err := generated.NewEngine(root, exec.Options{
		Logger: p.Log, DisableIntrospection: !p.Config.Server.Introspection,
	})
	if err != nil {
		return fmt.Errorf("app: %w", err)
	}
	limits := p.Config.Limits
	g.server, err = server.New(server.Options{
		Engine: engine, Schema: engine.Schema(), Callers: p.Callers,
		Limits: document.Limits{
			Body: limits.BodyBytes, Tokens: limits.Tokens, Depth: limits.Depth,
			Aliases: limits.Aliases, Fields: limits.Width, Cost: limits.Cost,
		},
		LargeBody:     largeBody,
		Foresight:     &server.Foresight{Free: resolvers.Free, Lists: resolvers.Lists, Gather: reader.Gather},
		NoSuggestions: !p.Config.Server.Suggestions, NoIntrospection: !p.Config.Server.Introspection,
		Budget: p.Config.Server.OperationBudget, Timeouts: timeouts(&p.Config.Server),
		Origins: p.Config.Server.CORSOrigins, Page: web.Handler(p.Page),
		Linking: g.desk.flow.Handler(), Begin: g.begin, Logger: p.Log, Now: p.Now,
	})
	if err != nil {
		return fmt.Errorf("app: %w", err)
	}
	return nil
}

// codeOf is the employee code of a record, if the directory knows it.
func (g *Gateway) codeOf(ctx context.Context, ref hr.Ref) (string, bool) {
	index, err := g.directory.Index(ctx)
	if err != nil {
		return "", false
	}
	person, ok := index.Record(ref)
	if !ok {
		return "", false
	}
	return person.Code, true
}

func sharesOf(c *config.Config) slice.Shares {
	out := slice.Shares{}
	for i := range c.Links {
		l := &c.Links[i]
		out[slice.Link{System: string(l.System), Name: l.Name}] = l.OperationShare
	}
	return out
}

func timeouts(c *config.Server) server.Timeouts {
	return server.Timeouts{
		ReadHeader: c.ReadHeaderTimeout, Read: c.ReadTimeout, Write: c.WriteTimeout, Idle: c.IdleTimeout,
		Shutdown: c.ShutdownTimeout,
	}
}

// maxPatience is the longest that an operation waits for a system's list of
// people that was never read.
const maxPatience = 5 * time.Second

// Run serves on l until ctx ends, then ends in order. It begins to index people
// at once, so that the first query need not.
func (g *Gateway) Run(ctx context.Context, l net.Listener) error {
	var background sync.WaitGroup
	own, stop := context.WithCancel(ctx)
	if socket := g.takeTokenRequests(ctx); socket != nil {
		defer socket.close()
	}
	background.Go(func() { g.vault.Run(own) })
	background.Go(func() { g.adoptPeople(own) })
	background.Go(func() { g.cells.Run(own) })
	background.Go(func() { g.directory.Run(own) })
	err := g.server.Serve(ctx, l)
	stop()
	background.Wait()
	return err
}

// shutdownGrace is how long a running token exchange may take to store its
// answer after everything else has ended.
const shutdownGrace = 10 * time.Second

// Close ends what is under way and closes the store.
func (g *Gateway) Close() error {
	if g.directory != nil {
		g.directory.Close()
	}
	if g.cells != nil {
		g.cells.Close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), shutdownGrace)
	defer cancel()
	err := g.vault.Close(ctx)
	if g.ledger != nil {
		err = errors.Join(err, g.ledger.Close(ctx))
	}
	return errors.Join(err, g.docs.Close())
}

// pictureBody holds Carely's largest profile picture in base64 (4 bytes for 3)
// and the rest of its row.
const pictureBody = carely.MaxPictureBytes*4/3 + 256<<10

// largeBody lets HR send a profile picture; nobody else has a use for so large a
// body.
func largeBody(ctx context.Context) int {
	if caller, ok := auth.From(ctx); ok && caller.Role == auth.HR {
		return pictureBody
	}
	return 0
}

// begin hands the caller that authentication found over to the resolvers, after
// it has learnt what other gateways wrote before this operation.
func (g *Gateway) begin(ctx context.Context) context.Context {
	g.cells.Sync(ctx)
	ctx = askedBy(ctx)
	ctx = slice.With(ctx, g.shares)
	ctx = price.With(ctx, price.New(g.maxCalls))
	caller, ok := auth.From(ctx)
	if !ok {
		return ctx
	}
	roles := map[auth.Role]access.Role{
		auth.HR: access.HR, auth.Manager: access.Manager, auth.Employee: access.Employee,
	}
	return resolvers.Begin(ctx, access.Caller{
		Name: caller.Name, Role: roles[caller.Role], EmployeeCode: caller.EmployeeCode,
	})
}
