import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { allFaults } from '../matrix/all-faults.js';
import { type Kind, operations } from '../matrix/fault.js';
import { Planes } from '../matrix/planes.js';
import { type CellResult, runCell } from '../matrix/run-cell.js';
import { openssl } from '../../upstream/certificates.js';

/** The folder for the results and the seed, both set by scripts/run-matrix.mjs. */
export const resultsFolder = process.env['TRIBUTARY_MATRIX_RESULTS'];
export const seed = Number(process.env['TRIBUTARY_MATRIX_SEED'] ?? 1);

/** Declares a test for every cell of one kind of plane. */
export function describeMatrix(kind: Kind): void {
  const results: (CellResult & { readonly name: string })[] = [];
  let planes: Planes;
  beforeAll(async () => {
    planes = await Planes.start(seed);
  });
  afterAll(async () => {
    await planes.close();
    saveResults(kind, results);
  });

  const runnable = allFaults.filter(({ reached }) => reached !== 'with TLS' || openssl.isThere);
  describe.each(runnable)('fault $number, $name', (fault) => {
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

/** Writes results for the table of scripts/run-matrix.mjs. */
export function saveResults(name: string, results: readonly unknown[]): void {
  if (resultsFolder === undefined) return;
  mkdirSync(resultsFolder, { recursive: true });
  writeFileSync(join(resultsFolder, `${name}.json`), JSON.stringify(results));
}
