// The stamps that the AKASHI simulator holds, read from its control port.

const INSTANT = /^(\d{4})[-/](\d{2})[-/](\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:\+09:?00)?$/;

// stampTimes gives every stamp time of the dump, written 2026-11-02T08:57:23 (Japanese time).
export async function stampTimes(control) {
  const response = await fetch(new URL('dump', control.endsWith('/') ? control : `${control}/`));
  if (!response.ok) throw new Error(`the simulator's dump answered ${response.status}`);
  const times = new Set();
  walk(await response.json(), false, times);
  if (times.size === 0) throw new Error('the dump holds no stamp');
  return times;
}

// localTime turns the gateway's 2026-11-02T08:57:23+09:00 into the form above.
export function localTime(instant) {
  return normal(instant);
}

// walk collects the instants below any key that speaks of stamps.
function walk(value, inStamps, times) {
  if (typeof value === 'string') {
    const time = inStamps && normal(value);
    if (time) times.add(time);
  } else if (value && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) walk(inner, inStamps || /stamp/i.test(key), times);
  }
}

function normal(text) {
  const match = INSTANT.exec(text);
  if (!match) return null;
  const [, year, month, day, time] = match;
  return `${year}-${month}-${day}T${time.length === 5 ? `${time}:00` : time}`;
}
