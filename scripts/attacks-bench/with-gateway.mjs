import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('gateway.mjs', import.meta.url));

/** Does something with a gateway, which is ended afterwards. `rssMb` asks how much memory its process has. */
export async function withGateway({ configuration = {}, latencyMs = 0 }, use) {
  const child = fork(file, [JSON.stringify(configuration), String(latencyMs)], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const died = once(child, 'exit').then(([code]) => Promise.reject(new Error(`The gateway ended with ${code}.`)));
  died.catch(() => undefined);
  const answer = async () => (await Promise.race([once(child, 'message'), died]))[0];
  try {
    const origin = await answer();
    const rssMb = async () => {
      child.send('rss');
      return answer();
    };
    await Promise.race([use({ origin, rssMb }), died]);
  } finally {
    child.kill();
  }
}
