import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { allFaults } from '../matrix/all-faults.js';
import { type Kind, operations } from '../matrix/fault.js';
import { Planes } from '../matrix/planes.js';
import { type CellResult, runCell } from '../matrix/run-cell.js';
import { openssl } from '../../upstream/certificates.js';

/** Where results are left for the table, and the seed; see scripts/run-matrix.mjs. */
export const resultsFolder = process.env['TRIBUTARY_MATRIX_RESULTS'];
export const seed = Number(process.env['TRIBUTARY_MATRIX_SEED'] ?? 1);

/** Every cell of one kind of plane. */
export function describeMatrix(kind: Kind): void {
  const results: (CellResult & { readonly name: string })[] = [];
  let planes: Planes;
  beforeAll(async () => {
    planes = await Planes.start(seed);
  });
  afterAll(async () => {
    await planes.close();
    keep(kind, results);
  });

  const made = allFaults.filter(({ reached }) => reached !== 'with TLS' || openssl.isThere);
  describe.each(made)('fault $number, $name', (fault) => {
    test.each(operations)(
      '%s',
      async (operation) => {
        const result = await runCell({ fault, kind, operation, planes, seed });
        results.push({ ...result, name: fault.name });
        expect(result.broken).toEqual({});
      },
      60_000,
    );
  });
}

/** Leaves results for the table. */
export function keep(name: string, results: readonly unknown[]): void {
  if (resultsFolder === undefined) return;
  mkdirSync(resultsFolder, { recursive: true });
  writeFileSync(join(resultsFolder, `${name}.json`), JSON.stringify(results));
}
