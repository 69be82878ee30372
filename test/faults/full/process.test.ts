import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { describeWith } from '../../support/describe-with-tool.js';
import { build, cleanUp } from '../../process/gateway-process.js';
import { kinds, operations } from '../matrix/fault.js';
import { Planes } from '../matrix/planes.js';
import type { CellResult } from '../matrix/run-cell.js';
import { runProcessCell } from '../process/run-process-cell.js';
import { prlimit } from '../process/exhaust-descriptors.js';
import { saveResults, seed } from './describe-matrix.js';

const name = 'the process itself: signals, disk, descriptors';
const results: (CellResult & { readonly name: string })[] = [];
let planes: Planes;
beforeAll(async () => {
  build();
  planes = await Planes.start(seed);
});
afterAll(async () => {
  await cleanUp();
  await planes.close();
  saveResults('process', results);
});

describeWith(prlimit)(`fault 38, ${name}`, () => {
  const cells = kinds.flatMap((kind) => operations.map((operation) => ({ kind, operation })));
  test.each(cells)(
    '$operation of $kind',
    async ({ kind, operation }) => {
      const first = await runProcessCell({ planes, kind, operation });
      // A failing cell is run once more, like all cells: a loaded machine may exceed the deadlines.
      const result = Object.keys(first.broken).length === 0 ? first : await runProcessCell({ planes, kind, operation });
      results.push({ ...result, name });
      expect(result.broken).toEqual({});
    },
    240_000,
  );
});
