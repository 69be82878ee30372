import * as z from 'zod';

import { isLoopback } from '../../lib/loopback.js';

/** A whole number with a range and a default, both of which its description names. */
export function integerSetting(
  what: string,
  range: { readonly min: number; readonly max: number; readonly default: number },
): z.ZodDefault<z.ZodInt> {
  const error = `expected a whole number from ${range.min} to ${range.max}`;
  return z
    .int({ error })
    .min(range.min, { error })
    .max(range.max, { error })
    .default(range.default)
    .describe(`${what} A whole number from ${range.min} to ${range.max}; the default is ${range.default}.`);
}

/** True or false, with a default that its description names. */
export function booleanSetting(what: string, byDefault: boolean): z.ZodDefault<z.ZodBoolean> {
  return z.boolean().default(byDefault).describe(`${what} The default is ${byDefault}.`);
}

/** A duration such as `30s`, `5m`, `24h` or `30d`, of at most `max` where that is given; parsed to milliseconds. */
export function durationSetting(
  what: string,
  byDefault: Duration,
  max: Duration | null = null,
): z.ZodPrefault<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>> {
  const most = max === null ? '' : `, of at most ${max}`;
  const error = `expected a duration: a whole number from 1 to 99999 and s, m, h or d, such as 30s, 5m, 24h or 30d${most}`;
  return z
    .string({ error })
    .regex(/^[1-9][0-9]{0,4}[smhd]$/, { error })
    .refine((duration) => max === null || parseDuration(duration) <= parseDuration(max), { error })
    .transform(parseDuration)
    .prefault(byDefault)
    .describe(
      `${what} A whole number from 1 to 99999 with the unit s, m, h or d, such as 30s, 5m, 24h or 30d${most}; the default is ${byDefault}.`,
    );
}

type Duration = `${number}${Unit}`;
type Unit = 's' | 'm' | 'h' | 'd';

const unitMs: ReadonlyMap<string, number> = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

function parseDuration(duration: string): number {
  return Number(duration.slice(0, -1)) * (unitMs.get(duration.slice(-1)) ?? 0);
}

/** Returns what is wrong with a URL, or null. It gets the text as well, because `URL` drops an empty query. */
type UrlRule = (url: URL, text: string) => string | null;

/** An absolute http or https URL that satisfies all rules. It takes the schema of the text, so that the URL can be a secret. */
export function urlSetting(text: z.ZodString, rules: readonly UrlRule[]): z.ZodPipe<z.ZodString, z.ZodTransform<URL, string>> {
  return text.transform((value, context) => {
    // `URL` silently repairs blanks, backslashes and missing slashes.
    if (!/^https?:\/\/[^\s\\]+$/i.test(value) || !URL.canParse(value)) {
      context.addIssue('expected a URL that begins with https://');
      return z.NEVER;
    }
    const url = new URL(value);
    for (const rule of rules) {
      const message = rule(url, value);
      if (message !== null) context.addIssue(message);
    }
    return url;
  });
}

export const httpsUnlessLoopback: UrlRule = (url) =>
  url.protocol === 'https:' || isLoopback(url.hostname) ? null : 'expected https; http is for loopback addresses only';

export const withoutUser: UrlRule = (_url, text) =>
  /^[^/]*\/\/[^/?#]*@/.test(text) ? 'expected a URL without a user name or a password; credentials have keys of their own' : null;

export const withoutQuery: UrlRule = (_url, text) => (/^[^#]*\?/.test(text) ? 'expected a URL without a query (?…)' : null);

export const withoutFragment: UrlRule = (_url, text) => (text.includes('#') ? 'expected a URL without a fragment (#…)' : null);

export const withoutPath: UrlRule = (url) => (url.pathname === '/' ? null : 'expected a URL without a path');

/**
 * A text that has to be in a file: the key in the configuration is `<key>File`, the path of the file. `whenMissing`: what to say where there
 * is no such file.
 */
export function fileSetting(description: string, whenMissing?: string): z.ZodString {
  return z.string().meta({ description, fileOnly: true, ...(whenMissing !== undefined && { whenMissing }) });
}
