import { setTimeout as sleep } from 'node:timers/promises';

import { Agent, request } from 'undici';

/** What is asked, in turns; some of it must come from the planes. */
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
/** A gateway that does not keep up is not asked for more than this at a time. */
const mostAtOnce = 400;

/** Asks so many times a second, whether the answers have come or not, until `end`. `take`: what became of it since it was asked last. */
export function load(origin, rate) {
  const dispatcher = new Agent({ connections: 100 });
  const ids = { task: [], failed: [] };
  let [counts, due, turn, underWay, isResting] = [nothing(), 0, 0, 0, false];
  const timer = setInterval(() => {
    if (!isResting) due += (rate * everyMs) / 1_000;
    for (; due >= 1; due -= 1) {
      turn += 1;
      if (underWay >= mostAtOnce) counts.lost += 1;
      else void ask(operations[turn % operations.length]);
    }
  }, everyMs);
  const learn = setInterval(() => void refresh(), 2_000);
  return {
    take() {
      const taken = counts;
      counts = nothing();
      return taken;
    },
    /** Asks nothing more, and waits for the answers, at most 10 s. */
    rest,
    goOn() {
      isResting = false;
    },
    async end() {
      clearInterval(timer);
      clearInterval(learn);
      await rest();
      await dispatcher.destroy();
    },
  };

  async function rest() {
    isResting = true;
    for (let waits = 0; underWay > 0 && waits < 200; waits += 1) await sleep(50);
  }

  async function ask([query, kind]) {
    underWay += 1;
    const begun = performance.now();
    const id = kind === undefined ? undefined : ids[kind][turn % Math.max(1, ids[kind].length)];
    try {
      const { status, body } = await post({ query, variables: { id: id ?? 'vcf-sfo:00000000-0000-4000-8000-000000000000' } });
      if (status === 503) counts.refused += 1;
      else counts.answers += 1;
      if (body.errors !== undefined && status !== 503) counts.withErrors += 1;
      counts.times.push(performance.now() - begun);
    } catch {
      counts.lost += 1;
    }
    underWay -= 1;
  }

  /** Which tasks there are to ask for and to act on. */
  async function refresh() {
    const query = '{ tasks(first: 200) { nodes { id retry { isAllowed } } } }';
    const { body } = await post({ query }).catch(() => ({ body: {} }));
    const nodes = body.data?.tasks?.nodes ?? [];
    ids.task = nodes.map((task) => task.id);
    ids.failed = nodes.filter(({ retry }) => retry.isAllowed).map((task) => task.id);
  }

  async function post(body) {
    const headers = { 'content-type': 'application/json' };
    const answer = await request(`${origin}/graphql`, { method: 'POST', headers, body: JSON.stringify(body), dispatcher });
    return { status: answer.statusCode, body: await answer.body.json() };
  }
}

function nothing() {
  return { answers: 0, withErrors: 0, refused: 0, lost: 0, times: [] };
}
