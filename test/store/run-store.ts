import { existsSync } from 'node:fs';

import { stringify } from 'yaml';

import { runProgram } from '../../src/cli/program.js';
import { sourceModules } from '../../src/sources/registry.js';
import type { StoreSettings } from '../../src/store/store.js';
import { createTestIo } from '../cli/test-io.js';

/** `tributary store confirm`. */
export async function runStoreConfirm(settings: StoreSettings): Promise<{ code: unknown; out: readonly string[] }> {
  const { retentionMs: _, ...store } = settings;
  const plane = { name: 'a', kind: 'vcf', url: 'http://127.0.0.1:1', credentials: { username: 'u', password: 'p' } };
  const { io, out } = createTestIo(stringify({ auth: { mode: 'none' }, store, sources: [plane] }));
  const exists = (name: string): boolean => name === 'tributary.yaml' || existsSync(name);
  const code = await runProgram(['store', 'confirm'], sourceModules, { ...io, exists });
  return { code, out };
}
