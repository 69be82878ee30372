import { readFileSync, readdirSync } from 'node:fs';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { request } from 'undici';

import { buildSchema } from '../../src/graphql/build-schema.js';
import { Random } from '../../src/sources/simulation/random.js';
import { sourceModules } from '../../src/sources/registry.js';
import { BareGateway } from '../server/bare-gateway.js';
import { mutatePayload } from './mutate.js';
import { readFuzzRun } from './fuzz-run.js';

const folder = 'schema/operations';
const documents = readdirSync(folder)
  .filter((file) => file.endsWith('.graphql'))
  .map((file) => readFileSync(`${folder}/${file}`, 'utf8').replaceAll(/\s+/g, ' '));
const tokens = [
  ...new Set(documents.join(' ').match(/\w+|[^\s\w]/g)),
  '...',
  '@include(if: true)',
  '"',
  '"""',
  '$',
  '🙂',
  '\u0000',
  '1e999',
  '#',
];

let gateway: BareGateway;
beforeAll(async () => {
  gateway = await BareGateway.start(buildSchema(sourceModules), {
    limits: { bodyKb: 100, depth: 15, aliases: 20, rootFields: 10, selections: 1_000 },
  });
});
afterAll(() => gateway.close());

/** A document with some tokens removed, inserted, duplicated or changed. */
function mutateDocument(random: Random): string {
  const parts = random.pick(documents).match(/\w+|[^\s\w]/g) ?? [];
  for (let change = random.between(0, 6); change > 0; change -= 1) {
    const at = random.between(0, parts.length);
    if (random.chance(0.3)) parts.splice(at, random.between(1, 4));
    else if (random.chance(0.35)) parts.splice(at, 0, ...parts.slice(at, at + random.between(1, 30)));
    else parts.splice(at, random.between(0, 1), random.pick(tokens));
  }
  return parts.join(' ');
}

function buildBody(random: Random): string {
  const variables = { id: 'vcf-sfo:1', ids: ['a:b'], filter: { ids: ['a:b'], statuses: ['RUNNING'] }, input: { id: 'a:b', reason: 'r' } };
  const body = { query: mutateDocument(random), variables, operationName: null, extensions: {} };
  if (random.chance(0.5)) return JSON.stringify(body);
  const text = JSON.stringify(mutatePayload(body, random));
  return random.chance(0.1) ? text.slice(0, random.between(0, text.length)) : text;
}

const statuses = new Set([200, 400, 413]);

/** The problem with the response for one seed; null when it is valid. */
async function findProblem(seed: number): Promise<string | null> {
  const answer = await request(`http://${gateway.host}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: buildBody(new Random(seed)),
  });
  const text = await answer.body.text();
  if (!statuses.has(answer.statusCode)) return `seed ${seed}: status ${answer.statusCode}`;
  if (/INTERNAL_SERVER_ERROR|node_modules|\.[jt]s:\d/.test(text)) return `seed ${seed}: ${text.slice(0, 300)}`;
  const { data, errors } = JSON.parse(text);
  return data === undefined && errors === undefined ? `seed ${seed}: neither data nor errors` : null;
}

test('for every body sent to /graphql, the response is valid GraphQL and never an internal error', async () => {
  const { first, runs } = readFuzzRun(1_000, 0.1);
  const problems: string[] = [];
  const rejections: unknown[] = [];
  const recordRejection = (reason: unknown): void => void rejections.push(reason);
  process.on('unhandledRejection', recordRejection);
  let next = first;
  const runWorker = async (): Promise<void> => {
    while (next < first + runs && problems.length < 5) {
      const found = await findProblem((next += 1) - 1);
      if (found !== null) problems.push(found);
    }
  };
  await Promise.all(Array.from({ length: 16 }, runWorker));
  process.off('unhandledRejection', recordRejection);
  expect(problems).toEqual([]);
  expect(rejections).toEqual([]);
  if (runs > 1_000) console.log(`entry: ${runs} payloads from seed ${first}, 0 crashes, 0 unhandled rejections`);
}, 3_600_000);
