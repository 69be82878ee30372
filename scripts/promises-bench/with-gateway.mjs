import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('gateway.mjs', import.meta.url));

/** Does something with a gateway, which is ended afterwards. `ill` sets how long its first plane takes. */
export async function withGateway(use) {
  const child = fork(file, { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const died = once(child, 'exit').then(([code]) => Promise.reject(new Error(`The gateway ended with ${code}.`)));
  died.catch(() => undefined);
  const answer = async () => (await Promise.race([once(child, 'message'), died]))[0];
  try {
    const origins = await answer();
    const ill = async (latency) => {
      child.send(latency);
      await answer();
    };
    await Promise.race([use({ ...origins, ill }), died]);
  } finally {
    child.kill();
  }
}
