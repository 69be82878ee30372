import { readdirSync } from 'node:fs';

import { upstreamFile, upstreamJson, upstreams } from '../support/upstream-files.js';

/** A payload that one of the planes sends, or one of our own in its form. */
export interface Example {
  readonly file: string;
  readonly payload: unknown;
}

/** The example payloads of one plane; none where they are not there. */
export function listExamples(plane: 'astra' | 'catalog' | 'vcf'): readonly Example[] {
  if (!upstreams.isThere) return [];
  return readdirSync(upstreamFile(`${plane}/examples`))
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ file, payload: upstreamJson(`${plane}/examples/${file}`) }));
}
