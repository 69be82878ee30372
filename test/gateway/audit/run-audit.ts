import { stringify } from 'yaml';

import { runProgram } from '../../../src/commands/program.js';
import type { Store } from '../../../src/ledger/open-ledger.js';
import { sourceModules } from '../../../src/sources/index.js';
import { ioOf } from '../../commands/io-of.js';

/** `tributary audit …` over a store that outlives a process. */
export async function runAudit(
  word: 'verify' | 'export',
  store: Exclude<Store, { readonly kind: 'memory' }>,
): Promise<{ readonly code: unknown; readonly out: readonly string[] }> {
  const { keepMs: _, ...where } = store;
  const plane = { name: 'a', kind: 'vcf', url: 'http://127.0.0.1:1', credentials: { username: 'u', password: 'p' } };
  const { io, out } = ioOf(stringify({ auth: { mode: 'none' }, store: where, sources: [plane] }));
  const code = await runProgram(['audit', word], sourceModules, { ...io, exists: () => true });
  return { code, out };
}
