const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const month = `(?<month>${months.join('|')})`;
const time = '(?<hour>[01]\\d|2[0-3]):(?<minute>[0-5]\\d):(?<second>[0-5]\\d|60)';
const day = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';

/** The three formats of RFC 9110, 5.6.7. `Date.parse` would also read `soon 2040`. */
const formats: readonly RegExp[] = [
  // Sun, 06 Nov 1994 08:49:37 GMT
  new RegExp(`^${day}, (?<date>\\d{2}) ${month} (?<year>\\d{4}) ${time} GMT$`),
  // Sunday, 06-Nov-94 08:49:37 GMT
  new RegExp(`^${day}[a-z]{3,6}, (?<date>\\d{2})-${month}-(?<shortYear>\\d{2}) ${time} GMT$`),
  // Sun Nov  6 08:49:37 1994
  new RegExp(`^${day} ${month} (?<date>[ \\d]\\d) ${time} (?<year>\\d{4})$`),
];

/** Years of two digits belong to the century in which they are not further than this in the future, nor further in the past. */
const maxYearsAhead = 50;

/**
 * Parses a date of HTTP, in milliseconds since 1970; null for every other text, and for a day that does not exist. The name of the
 * day of the week is not compared with the date.
 *
 * @param now milliseconds since 1970, from which a year of two digits is understood.
 */
export function parseHttpDate(text: string, now: number): number | null {
  for (const format of formats) {
    const groups = format.exec(text)?.groups;
    if (groups !== undefined) return toInstant(groups, now);
  }
  return null;
}

function toInstant(groups: Readonly<Record<string, string | undefined>>, now: number): number | null {
  const [date, hour, minute] = [Number(groups['date']), Number(groups['hour']), Number(groups['minute'])];
  // A leap second has no number of its own.
  const second = Math.min(59, Number(groups['second']));
  const year = groups['year'] === undefined ? expandYear(Number(groups['shortYear']), now) : Number(groups['year']);
  const instant = new Date(0).setUTCFullYear(year, months.indexOf(groups['month'] ?? ''), date);
  if (new Date(instant).getUTCDate() !== date) return null;
  return new Date(instant).setUTCHours(hour, minute, second);
}

function expandYear(shortYear: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + shortYear;
  if (year > thisYear + maxYearsAhead) return year - 100;
  return year <= thisYear - maxYearsAhead ? year + 100 : year;
}
