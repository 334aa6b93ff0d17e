package store

// quotaScript is everything that is done with a budget: one key, one call.
//
// The key is a sorted set of three parts. A score below zero is minus an
// instant, in microseconds of the server's clock: "@name" is when a replica was
// heard of last, "#blocked" until when nobody may send, "#full" when a rate that
// was lowered is whole again, "#hit" until when it is not lowered once more,
// "#busy" until when callers are about, "#crowd" until when turns are short,
// "#scan" when the next background turn may be had, "#gather" until when
// replicas are missed; "#expected" is how many there are. A score that is an
// instant is a turn that was given. A score from 9e15 is a place in the line of
// those who wait for a turn: "wf" for callers, "ws" for background work, and
// the replica's name.
//
// The invariant: among any most+1 turns the last is at least gap after the
// first, because one is given only while fewer than most are younger than gap.
// Taking a turn out keeps that true, and so does moving one later, to when its
// request has really left. A turn is not promised ahead: one that its
// replica takes up late would make the others' promises wrong.
//
//nolint:dupword // of the script's words, end repeats
const quotaScript = `
local key, op, name = KEYS[1], ARGV[1], ARGV[2]
local requests, span, recovery = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local life, awake, hold, me = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), '@' .. name
local first, line = 9, 9000000000000000
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local fresh = redis.call('EXISTS', key) == 0
local function text(n) return string.format('%.0f', n) end
local function put(member, score) redis.call('ZADD', key, text(score), member) end
local function drop(member) redis.call('ZREM', key, member) end

local mark, others, heard, known = {}, {}, {}, false
local rows = redis.call('ZRANGEBYSCORE', key, '-inf', '(0', 'WITHSCORES')
for i = 1, #rows, 2 do
  local member, at = rows[i], -tonumber(rows[i + 1])
  if string.sub(member, 1, 1) ~= '@' then mark[member] = at
  elseif member == me then known = true
  elseif at + life > now then
    others[#others + 1] = member
    heard[string.sub(member, 2)] = at + awake > now
  else drop(member) end
end
heard[name] = true
local function at(member) return mark[member] or 0 end
local function set(member, instant) mark[member] = instant; put(member, -instant) end
local function waiting() return redis.call('ZRANGEBYSCORE', key, text(line), '+inf') end
local function owner(member) return string.sub(member, 3, (string.find(member, ':', 1, true) or 0) - 1) end

if op == 'leave' then
  drop(me)
  for _, member in ipairs(waiting()) do if owner(member) == name then drop(member) end end
  return {1, #others}
end
if op ~= 'join' and not known then return {0} end
if op == 'join' then
  local expected = tonumber(ARGV[first])
  if fresh then set('#blocked', now + span + hold) end
  if expected > 1 and at('#gather') <= now then
    for _, other in ipairs(others) do drop(other) end
    others, heard = {}, {[name] = true}
    set('#gather', now + tonumber(ARGV[first + 1]))
    set('#expected', expected)
  end
  for i = first + 2, #ARGV do put(name .. ':sent:' .. ARGV[i] .. ':' .. i, now - tonumber(ARGV[i])) end
end
put(me, -now)
redis.call('PEXPIRE', key, 3600000)

local share = 1
local function rate()
  if recovery > 0 and at('#full') > now then share = math.max(0.05, 1 - (at('#full') - now) / recovery) end
end
rate()
if op == 'penalize' then
  local pause = tonumber(ARGV[first])
  if now + pause > at('#blocked') then set('#blocked', now + pause) end
  if recovery > 0 and at('#hit') <= now then
    set('#full', now + (1 - share / 2) * recovery)
    set('#hit', now + span)
    rate()
  end
end
local slow = share
if at('#gather') > now and #others + 1 < at('#expected') then share = share * (#others + 1) / at('#expected') end
local most, gap = math.floor(requests * share + 0.000001), span
if most < 1 then most, gap = 1, span / (requests * share) end
redis.call('ZREMRANGEBYSCORE', key, 1, text(now - math.max(gap, 2 * span)))

local turns, wait, total, mine, served = {}, 0, 0, 0, 0
if op == 'reserve' then
  local late = first + 7 + 2 * tonumber(ARGV[first + 6])
  for i = first + 7, late - 1, 2 do put(ARGV[i], now - tonumber(ARGV[i + 1])) end
  for i = late, #ARGV do drop(ARGV[i]) end
end
local used = redis.call('ZRANGEBYSCORE', key, '(' .. text(now - gap), '(' .. text(line), 'WITHSCORES')
local taken = #used / 2
local free = most - taken
if at('#blocked') > now then free = 0 end
if op == 'reserve' then
  local want, more, scan = tonumber(ARGV[first + 1]), tonumber(ARGV[first + 2]), tonumber(ARGV[first + 3])
  local prefix = 'wf' .. name .. ':'
  if scan > 0 then
    prefix, more = 'ws' .. name .. ':', 0
    if at('#scan') > now then want, wait = 0, at('#scan') - now end
  end
  local function give()
    turns[#turns + 1] = tonumber(ARGV[first + 5])
    put(ARGV[first] .. #turns, now + turns[#turns])
    if scan > 0 then
      local part = tonumber(ARGV[first + 4])
      if at('#busy') > now then part = scan end
      set('#scan', now + gap / (most * part))
    else set('#busy', now + 2 * span) end
  end
  local have, last = 0, line
  local queue = redis.call('ZRANGEBYSCORE', key, text(line), '+inf', 'WITHSCORES')
  for i = 1, #queue, 2 do
    local member = queue[i]
    last = tonumber(queue[i + 1])
    if string.sub(member, 1, #prefix) == prefix then
      have = have + 1
      if have > want then drop(member) end
    elseif heard[owner(member)] == nil then drop(member) end
  end
  for i = have + 1, want do
    last = last + 1
    put(prefix .. text(last), last)
  end
  for _, member in ipairs(waiting()) do
    if heard[owner(member)] then
      if string.sub(member, 1, #prefix) == prefix then
        if total < free then
          drop(member)
          give()
          served = served + 1
        else
          mine = mine + 1
          if mine == 1 then
            local after = total - (most - taken) + 1
            if after > 0 and taken > 0 then
              local i = (after - 1) % taken + 1
              wait = tonumber(used[2 * i]) + gap * (1 + math.floor((after - 1) / taken)) - now
            end
            wait = math.max(wait, at('#blocked') - now, 1)
          end
        end
      end
      total = total + 1
    end
  end
  if mine > 0 and scan == 0 then set('#crowd', now + gap) end
  if mine == 0 and at('#crowd') <= now then
    for i = #turns + 1, math.min(more, #turns + free - total) do give() end
  end
  free = free - total
end
local out = {1, #others, math.max(0, at('#blocked') - now), math.floor(slow * 1000000), math.max(0, free), wait, now,
  total - served, mine}
for i = 1, #turns do out[#out + 1] = turns[i] end
return out
`
