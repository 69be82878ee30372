import 'reflect-metadata';

import { parseArgs } from 'node:util';

import { MemoryStore } from '../../src/store/memory/memory-store.js';
import type { Store } from '../../src/store/store.js';
import { durableStores, open, type StoreKind } from '../store/stores.js';
import { killAtEveryPoint } from './kill-gateways.js';
import { prove } from './proof.js';

const { values } = parseArgs({
  options: {
    actions: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '3' },
    stores: { type: 'string', default: 'memory,sqlite,postgres' },
  },
});
const stores = values.stores.split(',');
const [actions, seed, kills] = [Number(values.actions), Number(values.seed), Number(values.kills)];

/** Of each durable store, which waits for its disk, so much less. */
const share = 40;

let failures = 0;

/** Every action under way waits for the disk, too: more at a time would meet the deadlines of their planes. */
const planesOf = { memory: 16, sqlite: 2, postgres: 8 } as const;

async function part(
  name: keyof typeof planesOf,
  count: number,
  openStores: (now: () => number) => Promise<readonly [Store, Store]>,
): Promise<void> {
  const begun = performance.now();
  const tally = await prove({ seed, actions: count, planes: planesOf[name], tasksEach: 25, timeoutMs: 2_000, openStores });
  const seconds = Math.round((performance.now() - begun) / 1000);
  console.log(`\n${name}: ${tally.requested} actions, ${tally.requestedWithFault} of them with a fault, seed ${seed}, ${seconds} s`);
  for (const line of [...tally.lines(), ...tally.findings]) console.log(line);
  for (const error of tally.reported) console.log('reported:', error);
  if (!tally.isClean || tally.reported.length > 0) failures += 1;
}

async function durablePart({ kind, isShared, tool, start }: StoreKind): Promise<void> {
  if (!tool.isThere) return console.log(`\n${kind}: skipped. ${tool.install}`);
  const maker = await start();
  const settings = await maker.newStore();
  // A file is for one process; a database is had as two processes have it, each with connections of its own.
  await part(kind, Math.ceil(actions / share), async (now) => {
    const store = await open(settings, now);
    return [store, isShared ? await open(settings, now) : store];
  });
  await maker.stop();
  const { kills: count, doubled, wrong } = await killAtEveryPoint({ kind, isShared, tool, start }, kills);
  console.log(
    `\n${kind}: killed (-9) ${count} times, before and after each step of the journal: ${doubled} doubled, ${wrong.length} wrong`,
  );
  for (const line of wrong) console.log(line);
  if (doubled > 0 || wrong.length > 0) failures += 1;
}

const begun = performance.now();
if (stores.includes('memory')) {
  await part('memory', actions, async (now) => {
    const store = new MemoryStore(now);
    return [store, store];
  });
}
for (const settings of durableStores.filter(({ kind }) => stores.includes(kind))) await durablePart(settings);
console.log(
  `\n${failures === 0 ? '0 doubled, 0 wrong classifications' : 'NOT PROVEN'}; ${Math.round((performance.now() - begun) / 1000)} s in all`,
);
process.exitCode = failures === 0 ? 0 : 1;
