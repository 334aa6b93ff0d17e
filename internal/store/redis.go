package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// redisPrefix is before every key; the number is that of the layout of values.
const redisPrefix = "hitotsu:v1:"

// A document is a hash of its version (v), its data (d) and the mark of the
// write that made it (m). Each script touches one key, so that it works on a
// Cluster.
//
// The client repeats a command whose answer was lost. The mark lets the script
// see that it has run already. Versions follow the server's clock so that none
// comes back after a Delete.
const (
	fieldVersion = "v"
	fieldData    = "d"
)

const (
	putScript = `
local have = redis.call('HMGET', KEYS[1], 'v', 'm')
local current = have[1] or '0'
if current ~= ARGV[1] then
  if have[2] == ARGV[3] then return current end
  return '0'
end
local now = redis.call('TIME')
local version = now[1] * 1000000 + now[2]
if version <= tonumber(current) then version = tonumber(current) + 1 end
version = string.format('%.0f', version)
redis.call('HSET', KEYS[1], 'v', version, 'm', ARGV[3], 'd', ARGV[2])
return version`

	deleteScript = `
local current = redis.call('HGET', KEYS[1], 'v')
if not current then return redis.call('EXISTS', KEYS[1]) == 0 and 1 or 0 end
if current ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
return 1`
)

// Redis keeps documents in a Redis that several processes may share. Get, Put
// and Delete touch one key, so a single server, Sentinel and Cluster all do.
type Redis struct {
	client          redis.UniversalClient
	putIf, deleteIf *redis.Script
}

var _ Documents = (*Redis)(nil)

// OpenRedis returns a store in the Redis at a URL: redis://, rediss:// (TLS) or
// unix://; with ?master_name=... and addr=... one behind Sentinel, with addr=...
// alone a Cluster. It does not connect yet; see Ping. An error is a *fault.Error
// with the code MISCONFIGURED.
func OpenRedis(address string) (*Redis, error) {
	client, err := newClient(address)
	if err != nil {
		// The cause would show the URL, which may hold a password.
		return nil, fault.New(fault.Misconfigured, "HITOTSU_REDIS_URL is not a Redis URL; write "+
			"redis://[user:password@]host:port/db, rediss:// for TLS")
	}
	return &Redis{client: client, putIf: redis.NewScript(putScript), deleteIf: redis.NewScript(deleteScript)}, nil
}

const (
	redisTimeout = 2 * time.Second
	redisRetries = 2
)

func newClient(address string) (redis.UniversalClient, error) {
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
		o.ContextTimeoutEnabled, o.DisableIdentity, o.MaxRetries = true, true, redisRetries
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout = redisTimeout, redisTimeout, redisTimeout
		return redis.NewFailoverClient(o), nil
	case query.Has("addr"):
		o, err := redis.ParseClusterURL(address)
		if err != nil {
			return nil, err
		}
		o.ContextTimeoutEnabled, o.DisableIdentity, o.MaintNotificationsConfig = true, true, quiet
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout = redisTimeout, redisTimeout, redisTimeout
		return redis.NewClusterClient(o), nil
	default:
		o, err := redis.ParseURL(address)
		if err != nil {
			return nil, err
		}
		o.ContextTimeoutEnabled, o.DisableIdentity, o.MaintNotificationsConfig = true, true, quiet
		o.MaxRetries = redisRetries
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout = redisTimeout, redisTimeout, redisTimeout
		return redis.NewClient(o), nil
	}
}

// Close closes the connections.
func (r *Redis) Close() error { return r.client.Close() }

// Ping reports whether Redis answers.
func (r *Redis) Ping(ctx context.Context) error { return redisError(ctx, r.client.Ping(ctx).Err()) }

// Exclusive is false: other processes may be writing.
func (r *Redis) Exclusive() bool { return false }

// Get implements Documents.
func (r *Redis) Get(ctx context.Context, key string) (Document, error) {
	if err := checkKey(key); err != nil {
		return Document{}, err
	}
	fields, err := r.client.HMGet(ctx, redisPrefix+key, fieldVersion, fieldData).Result()
	if err != nil {
		return Document{}, redisError(ctx, err)
	}
	if fields[0] == nil && fields[1] == nil {
		return Document{}, ErrNotFound
	}
	version, _ := fields[0].(string)
	value, hasValue := fields[1].(string)
	n, err := strconv.ParseUint(version, 10, 64)
	if err != nil || n == 0 || !hasValue {
		return Document{}, ErrCorrupt
	}
	return Document{Value: []byte(value), Version: n}, nil
}

// Put implements Documents.
func (r *Redis) Put(ctx context.Context, key string, value []byte, expected uint64) (uint64, error) {
	if err := errors.Join(checkKey(key), checkValue(value)); err != nil {
		return 0, err
	}
	answer, err := r.putIf.Run(ctx, r.client, []string{redisPrefix + key},
		strconv.FormatUint(expected, 10), value, rand.Text()).Text()
	if err != nil {
		return 0, redisError(ctx, err)
	}
	version, err := strconv.ParseUint(answer, 10, 64)
	if err != nil {
		return 0, ErrCorrupt
	}
	if version == 0 {
		return 0, ErrConflict
	}
	return version, nil
}

// Delete implements Documents.
func (r *Redis) Delete(ctx context.Context, key string, expected uint64) error {
	if err := checkKey(key); err != nil {
		return err
	}
	done, err := r.deleteIf.Run(ctx, r.client, []string{redisPrefix + key}, strconv.FormatUint(expected, 10)).Int()
	if err != nil {
		return redisError(ctx, err)
	}
	if done == 0 {
		return ErrConflict
	}
	return nil
}

// scanCount is how many keys one SCAN looks at.
const scanCount = 1000

// List implements Documents.
func (r *Redis) List(ctx context.Context, prefix string) ([]string, error) {
	if err := checkPrefix(prefix); err != nil {
		return nil, err
	}
	var (
		mu    sync.Mutex
		keys  []string
		match = redisPrefix + globEscape(prefix) + "*"
	)
	scan := func(ctx context.Context, node redis.Cmdable) error {
		found := node.Scan(ctx, 0, match, scanCount).Iterator()
		for found.Next(ctx) {
			mu.Lock()
			keys = append(keys, strings.TrimPrefix(found.Val(), redisPrefix))
			mu.Unlock()
		}
		return found.Err()
	}
	var err error
	if cluster, ok := r.client.(*redis.ClusterClient); ok {
		err = cluster.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error { return scan(ctx, node) })
	} else {
		err = scan(ctx, r.client)
	}
	if err != nil {
		return nil, redisError(ctx, err)
	}
	slices.Sort(keys) // SCAN has no order and may return a key twice
	return slices.Compact(keys), nil
}

// globEscape makes a prefix match only itself.
func globEscape(prefix string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`).Replace(prefix)
}

// redisError sorts what the client reports.
func redisError(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("store: redis: %w", ctx.Err())
	case strings.HasPrefix(err.Error(), "WRONGTYPE"):
		return fmt.Errorf("%w: the key holds another type", ErrCorrupt)
	default:
		return fmt.Errorf("%w: redis: %w", ErrUnavailable, err)
	}
}
