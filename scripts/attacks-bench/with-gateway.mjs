import { Child } from '../bench/child.mjs';

const url = new URL('gateway.mjs', import.meta.url);

/** Runs `use` with a gateway in a child process, which is then killed. `rssMb` reads the resident memory of that process. */
export async function withGateway({ configuration = {}, latencyMs = 0 }, use) {
  const child = new Child(url, [JSON.stringify(configuration), String(latencyMs)]);
  try {
    const origin = await child.nextMessage();
    await child.whileAlive(use({ origin, rssMb: () => child.request('rss') }));
  } finally {
    await child.kill();
  }
}
