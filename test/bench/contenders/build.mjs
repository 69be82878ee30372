// Compiles naive.ts, the only contender in TypeScript, as its users' build would.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { transformSync } from '@swc/core';

const folder = fileURLToPath(new URL('.', import.meta.url));

export function buildNaive() {
  const { code } = transformSync(readFileSync(`${folder}naive.ts`, 'utf8'), {
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      target: 'es2022',
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
    module: { type: 'es6' },
  });
  mkdirSync(`${folder}build`, { recursive: true });
  writeFileSync(`${folder}build/naive.mjs`, code.replaceAll(/(['"])\.\//g, '$1../'));
}
