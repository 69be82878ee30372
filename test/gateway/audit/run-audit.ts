import { stringify } from 'yaml';

import { runProgram } from '../../../src/cli/program.js';
import type { StoreSettings } from '../../../src/store/store.js';
import { sourceModules } from '../../../src/sources/registry.js';
import { createTestIo } from '../../cli/test-io.js';

/** `tributary audit …` over a store that outlives a process. */
export async function runAudit(
  word: 'verify' | 'export',
  store: Exclude<StoreSettings, { readonly kind: 'memory' }>,
): Promise<{ readonly code: unknown; readonly out: readonly string[] }> {
  const { retentionMs: _, ...where } = store;
  const plane = { name: 'a', kind: 'vcf', url: 'http://127.0.0.1:1', credentials: { username: 'u', password: 'p' } };
  const { io, out } = createTestIo(stringify({ auth: { mode: 'none' }, store: where, sources: [plane] }));
  const code = await runProgram(['audit', word], sourceModules, { ...io, exists: () => true });
  return { code, out };
}
