/** The year 2000: planes that send an earlier time have confused seconds and milliseconds, or know none. */
const earliestTrusted = Date.UTC(2000, 0, 1);

/**
 * Reads the time forms that planes send: ISO-8601 with any number of fraction digits after `.` or `,`
 * (Astra), with `Z` or an offset. Anything else is null.
 */
export function parseInstant(text: string): number | null {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?(Z|[+-]\d{2}:?\d{2})$/i.exec(text.trim());
  if (match === null) return null;
  const [, upToSeconds, fraction = '', zone = 'Z'] = match;
  const offset = /^z$/i.test(zone) ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const instant = Date.parse(`${upToSeconds}${fraction === '' ? '' : `.${fraction.slice(0, 3)}`}${offset}`);
  return Number.isNaN(instant) ? null : instant;
}

/** Milliseconds between two instants; null when either is missing or before 2000, or the end is before the start. */
export function durationBetween(start: number | null, end: number | null): number | null {
  if (start === null || end === null || start < earliestTrusted || end < start) return null;
  return end - start;
}
