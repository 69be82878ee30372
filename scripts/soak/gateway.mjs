// The gateway in a child process, which reports its memory and handles on request. Its store is a file, as by default.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { parse, stringify } from 'yaml';

import { startGateway } from '../bench/start-gateway.mjs';

let warnings = 0;
process.on('warning', () => (warnings += 1));

const folder = mkdtempSync(join(tmpdir(), 'tributary-soak-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const limits = { operationsPerSecond: 0, actionsPerMinute: 0, sockets: 0, socketsPerCaller: 0, subscriptionsPerSocket: 0 };
const text = stringify({ ...parse(process.argv[2]), store: { kind: 'sqlite', path: join(folder, 'soak.db') }, limits });
const gateway = await startGateway(text);

process.on('message', (command) => void handle(command));
process.send(gateway.origin);

async function handle(command) {
  if (command === 'close') await gateway.close();
  process.send(await sample());
}

async function sample() {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc();
    await sleep(20);
  }
  const { heapUsed: heap, rss } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  const count = (name) => resources.filter((resource) => resource === name).length;
  return { heap, rss, sockets: count('TCPSocketWrap'), timers: count('Timeout'), warnings };
}
