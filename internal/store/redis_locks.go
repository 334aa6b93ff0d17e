package store

import (
	"context"
	"strconv"
	"time"
)

// A lock is a hash of its owner (o), its fence (f) and its end in microseconds
// of the server's clock (u). It stays for lockMemory after its end, so that
// fences grow even if the clock of a server that took over is behind.
const (
	lockScript = `
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local have = redis.call('HMGET', KEYS[1], 'o', 'f', 'u')
local fence = tonumber(have[2] or '0') or 0
if have[1] and (tonumber(have[3] or '0') or 0) > now then
  if have[1] ~= ARGV[1] then return '0' end
else
  fence = math.max(fence + 1, now)
end
fence = string.format('%.0f', fence)
redis.call('HSET', KEYS[1], 'o', ARGV[1], 'f', fence, 'u', string.format('%.0f', now + ARGV[2] * 1000))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', ARGV[2] + ARGV[3]))
return fence`

	unlockScript = `
if redis.call('HGET', KEYS[1], 'o') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'o')
return 1`

	lockMemory = 24 * time.Hour
)

// Lock implements Locks. A lock may be lost with the server that fails over; the
// fence of the next holder is greater all the same.
func (r *Redis) Lock(ctx context.Context, name, owner string, ttl time.Duration) (uint64, error) {
	if err := checkLock(name, owner, ttl); err != nil {
		return 0, err
	}
	answer, err := r.lock.Run(ctx, r.quick, []string{r.prefix + locksKind + name},
		owner, max(ttl.Milliseconds(), 1), lockMemory.Milliseconds()).Text()
	if err != nil {
		return 0, redisError(ctx, err)
	}
	fence, err := strconv.ParseUint(answer, 10, 64)
	if err != nil {
		return 0, ErrCorrupt
	}
	if fence == 0 {
		return 0, ErrLocked
	}
	return fence, nil
}

// Unlock implements Locks.
func (r *Redis) Unlock(ctx context.Context, name, owner string) error {
	if err := checkKey(name); err != nil {
		return err
	}
	return redisError(ctx, r.unlock.Run(ctx, r.quick, []string{r.prefix + locksKind + name}, owner).Err())
}
