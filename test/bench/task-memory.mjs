// Prints how many bytes of memory the gateway needs for each task of a long list: what is alive after a collection of garbage.
import process from 'node:process';

import { gatewayForGrowth } from './contenders.mjs';
import { ask, toRequest, withContenders } from './world.mjs';

const count = 3_000;
/** History is recorded behind those who read; until it is, the heap has what waits for it. */
const maxReadings = 10;
const probe = new URL('heap-probe.mjs', import.meta.url).href;
const list = (filter) => JSON.stringify({ query: `{ tasks(first: 1${filter}) { totalCount } }` });

await withContenders({ count, chosen: { gateway: gatewayForGrowth(1) }, execArgv: ['--expose-gc', '--import', probe] }, measure);

async function measure({ running: [gateway] }) {
  const read = async (body) => JSON.parse((await ask({ ...gateway, requests: [toRequest(gateway.url, body)] })).text).data.tasks.totalCount;
  const readLiveBytes = async () => (await gateway.server.request('live')).liveBytes;
  const others = await read(list(', filter: { sourceNames: ["catalog"] }'));
  const before = await readLiveBytes();
  const tasks = (await read(list(''))) - others;
  if (tasks !== 2 * count) throw new Error(`There are ${tasks} tasks.`);
  let least = Infinity;
  for (let reading = 0; reading < maxReadings; reading += 1) least = Math.min(least, (await readLiveBytes()) - before);
  process.stdout.write(`${Math.round(least / tasks)}\n`);
}
