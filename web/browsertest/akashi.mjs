// What the AKASHI simulator knows, read from the state dump of its control port.

// dumpedStamps gives a function from (employee code, labour date) to the stamp times of that day, written
// 2026-11-02T08:57:23 (Japanese time), oldest first.
export async function dumpedStamps(control) {
  const response = await fetch(new URL('dump', control.endsWith('/') ? control : `${control}/`));
  if (!response.ok) throw new Error(`the simulator's dump answered ${response.status}`);
  const { staffs, stamps } = await response.json();
  if (!stamps?.length) throw new Error('the dump holds no stamp');

  const codes = new Map(staffs.map(({ staff_id: id, code }) => [id, code]));
  const days = new Map();
  for (const { staff_id: id, stamped_at: at } of stamps) {
    const time = at.replace(/^(\d{4})\/(\d{2})\/(\d{2}) /, '$1-$2-$3T');
    const key = `${codes.get(id)} ${laborDate(time)}`;
    days.set(key, [...(days.get(key) ?? []), time].sort());
  }
  return (code, day) => days.get(`${code} ${day}`) ?? [];
}

// localTime turns the gateway's 2026-11-02T08:57:23+09:00 into the form above.
export function localTime(instant) {
  return instant.replace(/\+09:00$/, '');
}

// laborDate: a labour day lasts from 05:00 to 05:00.
function laborDate(time) {
  const shifted = new Date(`${time}Z`).getTime() - 5 * 60 * 60 * 1000;
  return new Date(shifted).toISOString().slice(0, 10);
}
