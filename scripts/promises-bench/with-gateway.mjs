import { Child } from '../bench/child.mjs';

const url = new URL('gateway.mjs', import.meta.url);

/** Runs `use` with a gateway in a child process, which is then killed. `setLatency` sets the latency of its first plane. */
export async function withGateway(use) {
  const child = new Child(url);
  try {
    const origins = await child.nextMessage();
    await child.whileAlive(use({ ...origins, setLatency: (latency) => child.request(latency) }));
  } finally {
    await child.kill();
  }
}
