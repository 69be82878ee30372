import type { Random } from '../../src/sources/simulation/random.js';

const hostileValues: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  Number.MAX_VALUE,
  Number.MAX_SAFE_INTEGER + 2,
  0.1,
  '',
  ' ',
  'x'.repeat(5_000),
  '\u0000',
  '\ud800',
  '\u202e\u2066',
  '<img src=x onerror=alert(1)>',
  '../../etc/passwd',
  'javascript:alert(1)',
  'https://user:secret@inner.example/',
  '2026-02-30T25:61:61Z',
  '0000-00-00T00:00:00Z',
  'COMPLETED_WITH_WARNING',
  'In Progress',
  [],
  {},
  [[[]]],
  { message: 7 },
];

const names = ['__proto__', 'constructor', 'prototype', 'toString', 'id', 'status', 'then', '', 'toJSON', 'length'];

/** A copy of JSON with changed values, keys, order or bytes. The result is always valid JSON. */
export function mutatePayload(json: unknown, random: Random): unknown {
  const rounds = random.between(1, 4);
  let text = JSON.stringify(json);
  for (let round = 0; round < rounds; round += 1) {
    if (random.chance(0.1)) text = changeByte(text, random);
    else {
      const copy: unknown = JSON.parse(text);
      text = JSON.stringify(changeValue(copy, random)) ?? 'null';
    }
  }
  return JSON.parse(text);
}

/** Changes one byte of the text such that it stays valid JSON. */
function changeByte(text: string, random: Random): string {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const at = random.between(0, text.length - 1);
    const other =
      text.slice(0, at) + random.pick(['"', '{', '}', '[', ']', ',', ':', '0', '9', '-', 'e', 't', '\\u0000', 'ſ']) + text.slice(at + 1);
    try {
      JSON.parse(other);
      return other;
    } catch {
      // Try another change.
    }
  }
  return text;
}

/** Descends to a random value and changes it. */
function changeValue(value: unknown, random: Random): unknown {
  if (random.chance(0.15)) return random.pick(hostileValues);
  if (Array.isArray(value)) {
    const at = random.between(0, value.length);
    if (random.chance(0.2)) return [...value, ...value];
    return value.map((item: unknown, index) => (index === at ? changeValue(item, random) : item));
  }
  if (typeof value !== 'object' || value === null) return random.pick(hostileValues);
  const entries: [string, unknown][] = Object.entries(value);
  const at = random.between(0, entries.length);
  if (random.chance(0.1)) entries.splice(at, 1);
  else if (random.chance(0.12)) entries.push([random.pick(names), random.pick(hostileValues)]);
  else if (random.chance(0.05)) entries[at] = [random.pick(names), entries[at]?.[1]];
  else if (entries[at] !== undefined) entries[at] = [entries[at][0], changeValue(entries[at][1], random)];
  return Object.fromEntries(entries);
}
