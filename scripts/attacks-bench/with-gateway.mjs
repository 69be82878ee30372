import { Child } from '../bench/child.mjs';

const url = new URL('gateway.mjs', import.meta.url);

/** Does something with a gateway, which is ended afterwards. `rssMb` asks how much memory its process has. */
export async function withGateway({ configuration = {}, latencyMs = 0 }, use) {
  const child = new Child(url, [JSON.stringify(configuration), String(latencyMs)]);
  try {
    const origin = await child.answer();
    await child.whileAlive(use({ origin, rssMb: () => child.ask('rss') }));
  } finally {
    child.kill();
  }
}
