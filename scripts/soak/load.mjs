import { setTimeout as sleep } from 'node:timers/promises';

import { Agent, request } from 'undici';

/** The operations, in rotation; some of them cannot be answered from the cache. */
const operations = [
  [
    '{ tasks(first: 20, filter: { isFinished: false }) { totalCount nodes { id name status progress { percent } } sources { __typename } } }',
  ],
  ['{ tasks(first: 50, maxAgeMs: 0) { nodes { id status failures { message } } sources { source { name health { status } } } } }'],
  ['query ($id: ID!) { task(id: $id) { id status subtasks(first: 5) { totalCount } } }', 'task'],
  ['query ($id: ID!) { task(id: $id, maxAgeMs: 0) { id status retry { isAllowed } } }', 'task'],
  ['{ taskSources { name health { status circuit latencyMs } } }'],
  ['{ taskFailureGroups(first: 5) { totalCount } }'],
  ['mutation ($id: ID!) { retryTask(input: { id: $id }) { outcome } }', 'failed'],
  ['{ nothing }'],
];
const everyMs = 50;
/** The maximum of concurrent operations when the gateway cannot keep up. */
const maxConcurrent = 400;

/** Sends operations at a constant rate until `end`, whether or not earlier ones were answered. `take` returns the counts since the last call. */
export function load(origin, rate) {
  const dispatcher = new Agent({ connections: 100 });
  const ids = { task: [], failed: [] };
  let [counts, due, sent, inFlight, isPaused] = [createCounts(), 0, 0, 0, false];
  const timer = setInterval(() => {
    if (!isPaused) due += (rate * everyMs) / 1_000;
    for (; due >= 1; due -= 1) {
      sent += 1;
      if (inFlight >= maxConcurrent) counts.lost += 1;
      else void send(operations[sent % operations.length]);
    }
  }, everyMs);
  const refreshTimer = setInterval(() => void refresh(), 2_000);
  return {
    take() {
      const taken = counts;
      counts = createCounts();
      return taken;
    },
    /** Sends no more operations and waits for those in flight, for at most 10 s. */
    pause,
    resume() {
      isPaused = false;
    },
    async end() {
      clearInterval(timer);
      clearInterval(refreshTimer);
      await pause();
      await dispatcher.destroy();
    },
  };

  async function pause() {
    isPaused = true;
    for (let waits = 0; inFlight > 0 && waits < 200; waits += 1) await sleep(50);
  }

  async function send([query, kind]) {
    inFlight += 1;
    const startedAt = performance.now();
    const id = kind === undefined ? undefined : ids[kind][sent % Math.max(1, ids[kind].length)];
    try {
      const { status, body } = await post({ query, variables: { id: id ?? 'vcf-sfo:00000000-0000-4000-8000-000000000000' } });
      if (status === 503) counts.refused += 1;
      else counts.answers += 1;
      if (body.errors !== undefined && status !== 503) counts.withErrors += 1;
      counts.times.push(performance.now() - startedAt);
    } catch {
      counts.lost += 1;
    }
    inFlight -= 1;
  }

  /** Reads the ids of the tasks to query and to act on. */
  async function refresh() {
    const query = '{ tasks(first: 200) { nodes { id retry { isAllowed } } } }';
    const { body } = await post({ query }).catch(() => ({ body: {} }));
    const nodes = body.data?.tasks?.nodes ?? [];
    ids.task = nodes.map((task) => task.id);
    ids.failed = nodes.filter(({ retry }) => retry.isAllowed).map((task) => task.id);
  }

  async function post(body) {
    const headers = { 'content-type': 'application/json' };
    const response = await request(`${origin}/graphql`, { method: 'POST', headers, body: JSON.stringify(body), dispatcher });
    return { status: response.statusCode, body: await response.body.json() };
  }
}

function createCounts() {
  return { answers: 0, withErrors: 0, refused: 0, lost: 0, times: [] };
}
