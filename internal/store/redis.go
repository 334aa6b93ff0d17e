package store

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// DefaultRedisPrefix is before every key unless another one is configured.
const DefaultRedisPrefix = "hitotsu"

// What follows the prefix in a key; the number is that of the layout of values.
const (
	schemaKind    = ":schema" // the whole key
	documentsKind = ":v1:"
	cacheKind     = ":c1:"
	topicsKind    = ":t1:" // with the hash tag {topics}
	locksKind     = ":l1:"
	quotaKind     = ":q1:"
)

// Redis keeps everything in a Redis that several processes may share. Every
// command touches one slot, so a single server, Sentinel and Cluster all do.
//
// It has two pools of connections: what must not be lost waits for a slow Redis
// in one of them and keeps none of the other from those who would rather go on
// without it.
type Redis struct {
	durable redis.UniversalClient // Documents
	quick   redis.UniversalClient // Cache, Topics, Locks and Quota
	prefix  string
	wait    int

	putIf, deleteIf, touch, since, lock, unlock *redis.Script
}

var (
	_ Documents = (*Redis)(nil)
	_ Cache     = (*Redis)(nil)
	_ Topics    = (*Redis)(nil)
	_ Locks     = (*Redis)(nil)
)

// RedisOptions configures OpenRedis. The zero value is usable.
type RedisOptions struct {
	// Prefix is before every key, so that several gateways can share a Redis:
	// 1 to 64 letters, digits, "." , "_", "-" and ":". "" is
	// DefaultRedisPrefix.
	Prefix string
	// CA holds the certificates, in PEM, that a rediss:// server is checked
	// with; nil are those of the system.
	CA []byte
	// WaitReplicas is how many replicas must have a document before Put
	// returns. 0 waits for none.
	WaitReplicas int
}

var redisPrefixes = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,64}$`)

// ValidRedisPrefix reports whether RedisOptions takes a prefix.
func ValidRedisPrefix(prefix string) bool { return redisPrefixes.MatchString(prefix) }

// OpenRedis returns a store in the Redis at a URL: redis://, rediss:// (TLS) or
// unix://; with ?master_name=... and addr=... one behind Sentinel, with addr=...
// alone a Cluster. It does not connect yet; see Check. An error is a
// *fault.Error with the code MISCONFIGURED.
func OpenRedis(address string, opts RedisOptions) (*Redis, error) {
	if opts.Prefix == "" {
		opts.Prefix = DefaultRedisPrefix
	}
	if !ValidRedisPrefix(opts.Prefix) || opts.WaitReplicas < 0 {
		return nil, fault.New(fault.Misconfigured, "HITOTSU_REDIS_PREFIX must be 1 to 64 letters, digits and ._-: and "+
			"HITOTSU_REDIS_WAIT_REPLICAS not negative")
	}
	roots, err := certificates(opts.CA)
	if err != nil {
		return nil, err
	}
	quietRedis()
	var clients [2]redis.UniversalClient
	for i, t := range []redisTimes{
		{dial: 2 * time.Second, io: 2 * time.Second, retries: 2},
		// Nothing is repeated that nobody needs; the budget of the Guard ends a
		// call long before these times.
		{dial: time.Second, io: 2 * time.Second, retries: -1},
	} {
		if clients[i], err = newClient(address, t, roots); err != nil {
			// The cause would show the URL, which may hold a password.
			return nil, fault.New(fault.Misconfigured, "HITOTSU_REDIS_URL is not a Redis URL; write "+
				"redis://[user:password@]host:port/db, rediss:// for TLS")
		}
	}
	return &Redis{
		durable: clients[0], quick: clients[1], prefix: opts.Prefix, wait: opts.WaitReplicas,
		putIf: redis.NewScript(putScript), deleteIf: redis.NewScript(deleteScript),
		touch: redis.NewScript(topicsPrologue + touchScript), since: redis.NewScript(topicsPrologue + sinceScript),
		lock: redis.NewScript(lockScript), unlock: redis.NewScript(unlockScript),
	}, nil
}

func certificates(pem []byte) (*x509.CertPool, error) {
	if pem == nil {
		return nil, nil //nolint:nilnil // nil stands for the system's certificates
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fault.New(fault.Misconfigured, "HITOTSU_REDIS_CA_FILE holds no certificate in PEM")
	}
	return roots, nil
}

// redisTimes bound one command. Callers bound the whole by their context.
type redisTimes struct {
	dial, io time.Duration
	retries  int // -1 for none
}

// silent drops what the Redis client would write to standard error by itself:
// every failure is in an error too, and its lines would break those of a log.
type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

//nolint:gochecknoglobals // the client has one logger for the process, set once
var quietRedis = sync.OnceFunc(func() { redis.SetLogger(silent{}) })

func newClient(address string, t redisTimes, roots *x509.CertPool) (redis.UniversalClient, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	quiet := &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	switch query := u.Query(); {
	case query.Has("master_name"):
		o, err := redis.ParseFailoverURL(address)
		if err != nil {
			return nil, err
		}
		o.ContextTimeoutEnabled, o.DisableIdentity, o.MaxRetries, o.DialerRetries = true, true, t.retries, 1
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout = t.dial, t.io, t.io
		trust(o.TLSConfig, roots)
		return redis.NewFailoverClient(o), nil
	case query.Has("addr"):
		o, err := redis.ParseClusterURL(address)
		if err != nil {
			return nil, err
		}
		o.ContextTimeoutEnabled, o.DisableIdentity, o.MaintNotificationsConfig = true, true, quiet
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.DialerRetries = t.dial, t.io, t.io, 1
		// A master that hangs does not say that another one has taken over.
		o.ClusterStateReloadInterval = 2 * time.Second
		trust(o.TLSConfig, roots)
		return redis.NewClusterClient(o), nil
	default:
		o, err := redis.ParseURL(address)
		if err != nil {
			return nil, err
		}
		o.ContextTimeoutEnabled, o.DisableIdentity, o.MaintNotificationsConfig = true, true, quiet
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout = t.dial, t.io, t.io
		o.MaxRetries, o.DialerRetries = t.retries, 1
		trust(o.TLSConfig, roots)
		return redis.NewClient(o), nil
	}
}

func trust(c *tls.Config, roots *x509.CertPool) {
	if c != nil {
		c.MinVersion, c.RootCAs = tls.VersionTLS12, roots
	}
}

// Close closes the connections.
func (r *Redis) Close() error { return errors.Join(r.durable.Close(), r.quick.Close()) }

// Ping reports whether Redis answers.
func (r *Redis) Ping(ctx context.Context) error { return redisError(ctx, r.durable.Ping(ctx).Err()) }

// pingQuick is Ping by way of the pool that Cache, Topics and Locks use.
func (r *Redis) pingQuick(ctx context.Context) error {
	r.lookAround(ctx)
	return redisError(ctx, r.quick.Ping(ctx).Err())
}

// lookAround asks, in the background, who has which part of a Cluster.
func (r *Redis) lookAround(ctx context.Context) {
	if cluster, ok := r.quick.(*redis.ClusterClient); ok {
		cluster.ReloadState(ctx)
	}
}

// Exclusive is false: other processes may be writing.
func (r *Redis) Exclusive() bool { return false }

// eachMaster runs visit on every server that takes writes; at the same time if
// there are several.
func eachMaster(ctx context.Context, client redis.UniversalClient,
	visit func(context.Context, redis.Cmdable) error,
) error {
	if cluster, ok := client.(*redis.ClusterClient); ok {
		return cluster.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error { return visit(ctx, node) })
	}
	return visit(ctx, client)
}

// globEscape makes a prefix match only itself.
func globEscape(prefix string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`).Replace(prefix)
}

// errRefused marks an answer that a Redis in good health gives.
var errRefused = errors.New("refused")

// isDue reports whether the deadline is over or as good as: the client ends a
// command by it a moment before the context notices.
func isDue(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) < time.Millisecond
}

// redisError sorts what the client reports.
func redisError(ctx context.Context, err error) error {
	switch reply, isReply := errors.AsType[redis.Error](err); {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("store: redis: %w", ctx.Err())
	case !isReply && isDue(ctx):
		return fmt.Errorf("store: redis: %w", context.DeadlineExceeded)
	case !isReply:
		return fmt.Errorf("%w: redis: %w", ErrUnavailable, err)
	case strings.HasPrefix(reply.Error(), "WRONGTYPE"):
		return fmt.Errorf("%w: the key holds another type", ErrCorrupt)
	default:
		for _, away := range []string{
			"LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY", "NOREPLICAS", "MOVED", "UNBLOCKED",
		} {
			if strings.HasPrefix(reply.Error(), away) {
				return fmt.Errorf("%w: redis: %w", ErrUnavailable, err)
			}
		}
		return fmt.Errorf("%w: redis: %w: %w", ErrUnavailable, errRefused, err)
	}
}
