import { setTimeout as sleep } from 'node:timers/promises';

import { Agent, request } from 'undici';

/** Asks every so many milliseconds, whether answers have come or not; what became of each, in the order in which they were sent. */
export async function paced(url, { body, everyMs, count }) {
  const dispatcher = new Agent({ connections: 200 });
  const all = [];
  const begun = performance.now();
  for (let number = 0; number < count; number += 1) {
    all.push(ask(url, typeof body === 'function' ? body(number) : body, dispatcher));
    await sleep(Math.max(0, begun + (number + 1) * everyMs - performance.now()));
  }
  const outcomes = await Promise.all(all);
  await dispatcher.close();
  return outcomes;
}

async function ask(url, body, dispatcher) {
  const begun = performance.now();
  const answer = await request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body, dispatcher });
  const text = await answer.body.text();
  return { ms: performance.now() - begun, text, status: answer.statusCode };
}
