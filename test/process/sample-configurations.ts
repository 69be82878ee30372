import { stringify } from 'yaml';

/** A configuration with one VCF source, or with other keys over it. */
export function oneVcf(url: string, keys: Readonly<Record<string, unknown>> = {}): string {
  return stringify({
    auth: { mode: 'none' },
    store: { kind: 'memory' },
    sources: [{ name: 'site', kind: 'vcf', url, credentials: { username: 'svc', password: 'canary-password' } }],
    ...keys,
  });
}

/** Where nobody listens. */
export const nowhere = 'http://127.0.0.1:9';
