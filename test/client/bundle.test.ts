import { gzipSync } from 'node:zlib';

import { expect, test } from '@jest/globals';
import { build } from 'esbuild';

test('what a page loads is under 8 kB, besides graphql-ws and graphql-sse, and nothing else is in it', async () => {
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
  expect(gzipSync(outputFiles[0]?.contents ?? '').length).toBeLessThan(8 * 1024);
});
