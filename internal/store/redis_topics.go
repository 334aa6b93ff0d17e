package store

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// The history of topics is a sorted set of topics by their last touch and a hash
// beside it: its epoch, the last position (seq), the position up to which
// touches were forgotten (floor), the one up to which they were forgotten for
// want of room (cut), the number of topics (n), and who has it (id).
//
// It begins anew, with another epoch, when any of it is missing and when the
// server is not the one that wrote it: a replica that took over, or a server
// that started again, may have lost the last touches.
const (
	topicsPrologue = `
local H, Z = KEYS[1], KEYS[2]
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local info = redis.pcall('INFO', 'replication')
local id = type(info) == 'string' and string.match(info, 'master_replid:(%w+)') or 'unknown'
local s = redis.call('HMGET', H, 'epoch', 'seq', 'floor', 'cut', 'n', 'id')
local epoch, seq, floor, cut = s[1], tonumber(s[2] or ''), tonumber(s[3] or ''), tonumber(s[4] or '')
local function str(n) return string.format('%.0f', n) end
if not (epoch and seq and floor and cut) or s[6] ~= id or tonumber(s[5]) ~= redis.call('ZCARD', Z) then
  epoch, seq, cut = ARGV[1], math.max(now, seq or 0), 0
  floor = seq
  redis.call('DEL', H, Z)
  redis.call('HSET', H, 'epoch', epoch, 'seq', str(seq), 'floor', str(floor), 'cut', '0', 'n', '0', 'id', id)
end
`

	touchScript = `
seq = math.max(seq, now)
for i = 4, #ARGV do
  seq = seq + 1
  redis.call('ZADD', Z, str(seq), ARGV[i])
end
local old = str(now - ARGV[2])
local gone = redis.call('ZREVRANGEBYSCORE', Z, old, '-inf', 'WITHSCORES', 'LIMIT', 0, 1)
if gone[2] then
  floor = math.max(floor, tonumber(gone[2]))
  redis.call('ZREMRANGEBYSCORE', Z, '-inf', old)
end
local over = redis.call('ZCARD', Z) - ARGV[3]
if over > 0 then
  cut = tonumber(redis.call('ZRANGE', Z, over - 1, over - 1, 'WITHSCORES')[2])
  floor = math.max(floor, cut)
  redis.call('ZREMRANGEBYRANK', Z, 0, over - 1)
end
redis.call('HSET', H, 'seq', str(seq), 'floor', str(floor), 'cut', str(cut), 'n', redis.call('ZCARD', Z))
return {epoch, str(seq)}`

	sinceScript = `
local after, lost = tonumber(ARGV[5]), 0
if ARGV[4] == '0' then
  after = 0
  if cut > now - ARGV[2] then lost = 1 end
elseif ARGV[4] ~= epoch or after < floor or after > seq then
  after, lost = 0, 1
end
if after == seq then return {epoch, str(seq), lost, 0} end
local rows = redis.call('ZRANGEBYSCORE', Z, '(' .. str(after), '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[3])
local more = 0
if #rows == ARGV[3] * 2 then more, seq = 1, tonumber(rows[#rows]) end
return {epoch, str(seq), lost, more, rows}`
)

// Limits of the history of Topics.
const (
	// TopicsMemory is how long a touch is remembered. It is longer than anything
	// is cached.
	TopicsMemory = 25 * time.Hour
	// TopicsMost is how many topics are remembered.
	TopicsMost = 50_000

	topicsPage = 2000
)

func (r *Redis) topicsKeys() []string {
	base := r.prefix + topicsKind + "{topics}"
	return []string{base, base + ":at"}
}

// Touch implements Topics.
func (r *Redis) Touch(ctx context.Context, topics []string) (Position, error) {
	if err := checkKeys(topics); err != nil {
		return Position{}, err
	}
	args := make([]any, 0, len(topics)+3)
	args = append(args, newEpoch(), TopicsMemory.Microseconds(), TopicsMost)
	for _, topic := range topics {
		args = append(args, topic)
	}
	answer, err := r.touch.Run(ctx, r.quick, r.topicsKeys(), args...).Slice()
	if err != nil {
		return Position{}, redisError(ctx, err)
	}
	return positionOf(answer)
}

// Since implements Topics.
func (r *Redis) Since(ctx context.Context, after Position) ([]Touched, Position, bool, error) {
	return allPages(ctx, after, r.sincePage)
}

// forgetTopics makes the history begin anew.
func (r *Redis) forgetTopics(ctx context.Context) error {
	return redisError(ctx, r.quick.Del(ctx, r.topicsKeys()...).Err())
}

// page is a part of what Since answers.
type page struct {
	touched []Touched
	now     Position
	lost    bool
	more    bool
}

// allPages reads pages until there is no more.
func allPages(ctx context.Context, after Position, read func(context.Context, Position) (page, error)) (
	touched []Touched, now Position, lost bool, err error,
) {
	for {
		p, err := read(ctx, after)
		if err != nil {
			return nil, Position{}, false, err
		}
		touched, lost = append(touched, p.touched...), lost || p.lost
		if !p.more {
			return touched, p.now, lost, nil
		}
		after = p.now
	}
}

func (r *Redis) sincePage(ctx context.Context, after Position) (page, error) {
	answer, err := r.since.Run(ctx, r.quick, r.topicsKeys(), newEpoch(), TopicsMemory.Microseconds(), topicsPage,
		strconv.FormatUint(after.Epoch, 10), strconv.FormatUint(after.Seq, 10)).Slice()
	if err != nil {
		return page{}, redisError(ctx, err)
	}
	var p page
	if p.now, err = positionOf(answer); err != nil || len(answer) < 4 {
		return page{}, errors.Join(ErrCorrupt, err)
	}
	p.lost, p.more = answer[2] == int64(1), answer[3] == int64(1)
	if len(answer) == 4 {
		return p, nil
	}
	rows, _ := answer[4].([]any)
	p.touched = make([]Touched, 0, len(rows)/2)
	for i := 0; i+1 < len(rows); i += 2 {
		topic, _ := rows[i].(string)
		at, _ := rows[i+1].(string)
		seq, err := strconv.ParseUint(at, 10, 64)
		if err != nil {
			return page{}, fmt.Errorf("%w: a topic's position", ErrCorrupt)
		}
		p.touched = append(p.touched, Touched{Topic: topic, At: Position{Epoch: p.now.Epoch, Seq: seq}})
	}
	return p, nil
}

func positionOf(answer []any) (Position, error) {
	if len(answer) < 2 {
		return Position{}, ErrCorrupt
	}
	epoch, _ := answer[0].(string)
	seq, _ := answer[1].(string)
	e, epochErr := strconv.ParseUint(epoch, 10, 64)
	n, seqErr := strconv.ParseUint(seq, 10, 64)
	if epochErr != nil || seqErr != nil {
		return Position{}, fmt.Errorf("%w: the history of topics", ErrCorrupt)
	}
	return Position{Epoch: e, Seq: n}, nil
}

// newEpoch returns a number that no history had before, and not 0.
func newEpoch() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // it cannot fail
	return binary.BigEndian.Uint64(b[:]) | 1
}
