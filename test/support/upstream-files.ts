import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Third-party payloads and specifications: read in place, never copied. The only file that knows where they are. */
const folder = resolve(process.env['TRIBUTARY_UPSTREAMS'] ?? '../shared/upstreams');

export const upstreamsArePresent = existsSync(folder);

/** For `describeWith`. */
export const upstreams = {
  isThere: upstreamsArePresent,
  install: 'Set TRIBUTARY_UPSTREAMS to the folder of third-party payloads and specifications.',
};

/** The absolute path of a file such as `vcf/examples/docs-4.5-get-tasks-200.json`. */
export function upstreamFile(path: string): string {
  return resolve(folder, path);
}

export function upstreamJson(path: string): unknown {
  return JSON.parse(readFileSync(upstreamFile(path), 'utf8'));
}
