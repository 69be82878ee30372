import { setTimeout as sleep } from 'node:timers/promises';

import { Agent, request } from 'undici';

/** Sends a request every `everyMs` milliseconds, whether or not earlier ones were answered; the outcomes are in the order of sending. */
export async function sendPaced(url, { body, everyMs, count }) {
  const dispatcher = new Agent({ connections: 200 });
  const all = [];
  const startedAt = performance.now();
  for (let number = 0; number < count; number += 1) {
    all.push(sendPost(url, typeof body === 'function' ? body(number) : body, dispatcher));
    await sleep(Math.max(0, startedAt + (number + 1) * everyMs - performance.now()));
  }
  const outcomes = await Promise.all(all);
  await dispatcher.close();
  return outcomes;
}

async function sendPost(url, body, dispatcher) {
  const startedAt = performance.now();
  const response = await request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body, dispatcher });
  const text = await response.body.text();
  return { ms: performance.now() - startedAt, text, status: response.statusCode };
}
