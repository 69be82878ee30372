import { gzipSync } from 'node:zlib';

import { expect, test } from '@jest/globals';
import { build } from 'esbuild';

/** Bytes, gzipped; today it is 4.7 kB. */
const budget = 4_800;

test('the client takes at most 4.8 kB of a web page, besides graphql-ws and graphql-sse, and imports nothing else', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: ['src/client/index.ts'],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: ['graphql-ws', 'graphql-sse'],
    metafile: true,
    write: false,
  });
  expect(Object.keys(metafile.inputs).filter((file) => !file.startsWith('src/client/'))).toEqual([]);
  const [output] = Object.values(metafile.outputs);
  expect(output?.imports.map(({ path }) => path).toSorted()).toEqual(['graphql-sse', 'graphql-ws/client']);
  expect(gzipSync(outputFiles[0]?.contents ?? '').length).toBeLessThanOrEqual(budget);
});
