import { z } from 'zod';

import { isLoopback } from '../loopback.js';

/** What a URL breaks; null where it is fine. It gets the text too, because a URL forgets an empty query. */
export type UrlRule = (url: URL, text: string) => string | null;

/** An absolute http or https URL that keeps all the rules. The text must be a string already, so that a secret one can be given too. */
export function urlSetting(text: z.ZodString, rules: readonly UrlRule[]): z.ZodPipe<z.ZodString, z.ZodTransform<URL, string>> {
  return text.transform((value, context) => {
    // The URL standard repairs more than a reader would expect: blanks, backslashes and missing slashes.
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
