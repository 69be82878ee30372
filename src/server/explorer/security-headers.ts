const common = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** What both pages need: their own scripts and icon, and the gateway that served them. */
const base: Readonly<Record<string, string>> = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

/** Headers of the landing page: no inline style either. */
export const landingHeaders: Readonly<Record<string, string>> = { ...common, 'content-security-policy': policy(base) };

/**
 * Headers of the explorer and of what it loads. Its editor (Monaco) writes style elements while it runs, without a way to give
 * them a nonce: hence 'unsafe-inline', for styles alone. Its icons are a font in a data URL.
 */
export const explorerHeaders: Readonly<Record<string, string>> = {
  ...common,
  'content-security-policy': policy({
    ...base,
    'style-src': "'self' 'unsafe-inline'",
    'font-src': "'self' data:",
    'worker-src': "'self'",
  }),
};

function policy(directives: Readonly<Record<string, string>>): string {
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}
