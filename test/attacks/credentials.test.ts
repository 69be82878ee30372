import { afterEach, expect, test } from '@jest/globals';

import { buildSchema } from '../../src/graphql/build-schema.js';
import { type PlaneRequest, type PlaneFault, PlaneServer } from '../../src/sources/simulation/plane-server.js';
import { sourceModules } from '../../src/sources/registry.js';
import { everyField } from '../support/every-field.js';
import { type PlaneName, World } from '../support/world.js';
import { buildPlaneError } from '../support/plane-errors.js';

const names = ['catalog-demo', 'astra-demo', 'vcf-sfo', 'vcf-lax'] as const satisfies readonly PlaneName[];

let world: World;
afterEach(() => world.close());

/** The secrets in a request to a plane: its token, and the body of a log-in. */
function findSecrets({ headers, body, path }: PlaneRequest): readonly string[] {
  const token = String(headers.authorization ?? '').replace(/^\w+ /, '');
  const logIn = ['/service-account-token', '/v1/tokens'].some((start) => path.startsWith(start));
  const fields = logIn ? body.split(/["&=]/).filter((part) => part.length >= 12 && part !== 'client_credentials') : [];
  return [token, ...fields].filter((secret) => secret.length >= 12);
}

function findSentSecrets(name: PlaneName): ReadonlySet<string> {
  return new Set(world.planes[name].server.calls.flatMap(findSecrets));
}

/** The encodings in which a secret may leak. */
function encodeSecret(secret: string): readonly string[] {
  const base64 = Buffer.from(secret).toString('base64');
  const json = JSON.stringify(secret).slice(1, -1);
  return [secret, base64.replace(/=+$/, ''), Buffer.from(secret).toString('base64url'), encodeURIComponent(secret), json];
}

/** A text of a plane that repeats everything that it received, in every encoding. */
const echo = ({ headers, body, path }: PlaneRequest): string => {
  const all = [headers.authorization ?? '', ...findSecrets({ headers, body, path, method: 'GET', query: new URLSearchParams() }), body];
  return all.flatMap((text) => encodeSecret(String(text))).join(' ');
};

const errorWith = (text: string): object => ({
  message: text,
  detail: text,
  title: text,
  error: text,
  error_description: text,
  errors: [{ message: text, code: text }],
  referenceToken: text,
  correlationID: text,
  request_id: text,
});

const corpus: readonly (readonly [string, PlaneFault])[] = [
  ...[400, 401, 403, 404, 409, 422, 429, 500, 503].map(
    (status) => [`repeats it with status ${status}`, (call: PlaneRequest) => ({ status, body: errorWith(echo(call)) })] as const,
  ),
  ['repeats it in a successful response', (call) => ({ status: 200, body: errorWith(echo(call)) })],
  ['repeats it in invalid JSON', (call) => ({ status: 200, headers: { 'content-type': 'application/json' }, body: echo(call) })],
  ['repeats it in an HTML page', (call) => ({ status: 502, headers: { 'content-type': 'text/html' }, body: `<html>${echo(call)}</html>` })],
  ['repeats it in a redirect', (call) => ({ status: 302, headers: { location: `/${encodeURIComponent(echo(call))}` }, body: '' })],
  ['hangs up', () => 'hang-up'],
];
const isLogIn = ({ path }: PlaneRequest): boolean => ['/service-account-token', '/v1/tokens'].some((start) => path.startsWith(start));

test.each([['in all responses'], ['in all responses except that of the log-in']])(
  'A26 no credential of a plane appears in a response or in the log, in any encoding, when the plane repeats it %s',
  async (where) => {
    world = await World.start({ logLevel: 'info', configuration: { limits: { tokens: 0, selections: 0, aliases: 0, depth: 0 } } });
    const schema = buildSchema(sourceModules);
    const everything = `{ tasks(first: 20, maxAgeMs: 0) ${everyField(schema, 'TaskConnection')} }`;
    for (const [what, fault] of corpus) {
      // Tokens expire, circuit breakers close, and a log-in is allowed again.
      world.passTime(7_200_000);
      for (const name of names)
        world.planes[name].server.fault = (call, handle) =>
          where !== 'in all responses' && isLogIn(call) ? handle() : fault(call, handle);
      const answers = [await world.graphql(everything)];
      for (const name of names) {
        answers.push(await world.graphql(`{ task(id: "${name}:00000000-0000-4000-8000-000000000001", maxAgeMs: 0) { id raw } }`));
        answers.push(await world.graphql(`mutation { cancelTask(input: { id: "${name}:1" }) { outcome errors { __typename } } }`));
      }
      answers.push(await world.graphql(`{ taskSources ${everyField(schema, 'TaskSource')} }`));
      const text = [JSON.stringify(answers), ...world.log].join('\n');
      const secrets = names.flatMap((name) => [...findSentSecrets(name)]);
      expect(secrets.length).toBeGreaterThan(3);
      expect([what, ...secrets.flatMap(encodeSecret).filter((form) => text.includes(form))]).toEqual([what]);
    }
  },
);

test('A27 the credentials of a plane are sent to that plane only, and the proxies of the environment are not used', async () => {
  const proxy = await PlaneServer.start(() => ({ status: 200, body: {} }));
  const variables = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'];
  const before = variables.map((variable) => [variable, process.env[variable]] as const);
  for (const variable of variables) process.env[variable] = variable === 'NODE_USE_ENV_PROXY' ? '1' : proxy.url;
  try {
    world = await World.start();
    for (let time = 0; time < 2; time += 1) {
      await world.graphql('{ tasks(first: 50, maxAgeMs: 0) { nodes { id } } }');
      // One token has expired, and one plane rejects all: both sources log in again.
      world.planes['vcf-sfo'].server.fault = (call, handle) =>
        isLogIn(call) ? handle() : { status: 401, body: buildPlaneError('vcf', 401) };
      world.passTime(7_200_000);
    }
  } finally {
    for (const [variable, value] of before) {
      if (value === undefined) delete process.env[variable];
      else process.env[variable] = value;
    }
    await proxy.close();
  }
  expect(proxy.calls).toEqual([]);
  for (const name of names) {
    const own = findSentSecrets(name);
    expect(own.size).toBeGreaterThan(0);
    for (const other of names.filter((one) => one !== name)) {
      const received = JSON.stringify(world.planes[other].server.calls.map(({ headers, body, path }) => ({ headers, body, path })));
      expect([...own].filter((secret) => received.includes(secret))).toEqual([]);
    }
  }
});
