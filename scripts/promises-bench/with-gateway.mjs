import { Child } from '../bench/child.mjs';

const url = new URL('gateway.mjs', import.meta.url);

/** Does something with a gateway, which is ended afterwards. `ill` sets how long its first plane takes. */
export async function withGateway(use) {
  const child = new Child(url);
  try {
    const origins = await child.answer();
    await child.whileAlive(use({ ...origins, ill: (latency) => child.ask(latency) }));
  } finally {
    child.kill();
  }
}
