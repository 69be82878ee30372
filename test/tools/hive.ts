import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { post } from '../support/post.js';
import type { Router } from './router.js';

/** Hive Gateway in front of the subgraphs of a supergraph, in a process of its own: see serve-hive.mjs. */
export async function startHive(supergraph: string, planner: 'own' | 'Rust'): Promise<Router> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-hive-'));
  const file = join(folder, 'supergraph.graphql');
  writeFileSync(file, supergraph);
  const child = spawn(process.execPath, ['test/tools/serve-hive.mjs', file, planner], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface(child.stdout);
  const [url] = await Promise.race([once(lines, 'line'), exited]);
  if (typeof url !== 'string') throw new Error(`Hive Gateway has ended with ${String(url)}.`);
  return {
    graphql: (query, variables = {}) => post(url, { query, variables }),
    stop: async () => {
      child.stdin.end();
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}
