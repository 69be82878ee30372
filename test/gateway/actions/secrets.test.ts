import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { World } from '../../support/world.js';
import { act, actionsAt, onActions, singleDocument } from './act.js';
import { RecordingStore } from './recording-store.js';

let world: World;
let store: RecordingStore;
beforeEach(async () => {
  world = await World.start({ store: (now) => (store = new RecordingStore(now)) });
});
afterEach(() => world.close());

const canary = 'Canary!7pX"\\é';
const element = { resourceName: 'added-esx01.cloud.example', resourceType: 'ESXI', username: 'root' };
const update = () => `vcf-sfo:${world.planes['vcf-sfo'].addCredentialsTask({ type: 'UPDATE' })}`;
const retryWith = (id: string, password: string, more: object = {}) =>
  world.graphql(singleDocument('retryVcfCredentialsTask'), { input: { id, elements: [{ ...element, password }], ...more } });

/** Everything that the gateway recorded. */
const written = () => [world.log.join(''), JSON.stringify([...store.intents]), JSON.stringify(store.records)].join('');

function expectNoCanary(...texts: readonly unknown[]): void {
  const all = [...texts.map((text) => JSON.stringify(text)), written()].join('');
  expect(all).not.toContain('Canary');
}

test.each([
  ['taken', 202, ''],
  ['refused', 400, ''],
  ['refused with its own words', 400, `The password ${canary} is too weak, ${canary}!`],
  ['in conflict', 409, `Password ${canary} is in use`],
  ['lost', 500, `Could not set ${canary}`],
])('a password that is %s is in no response, no log line and no row of the store', async (_, status, message) => {
  world.planes['vcf-sfo'].server.fault = onActions(() => ({ status, body: { errorCode: 'NO', message } }));
  const id = update();
  const first = await retryWith(id, canary, { idempotencyKey: 'k' });
  const repeat = await retryWith(id, canary, { idempotencyKey: 'k' });
  expect(actionsAt(world, 'vcf-sfo').map(({ body }) => JSON.parse(body).elements[0].credentials[0].password)).toEqual([canary]);
  expect(first.errors).toBeUndefined();
  expect(repeat.data.retryVcfCredentialsTask).toMatchObject({ isRepeat: true });
  expectNoCanary(first, repeat);
  if (message !== '') expect(JSON.stringify(first.data)).toContain('[removed]');
});

test.each<[string, (password: string) => object]>([
  ['a message in JSON', (password) => ({ message: `No: ${JSON.stringify({ message: `Password ${password} is bad` })}` })],
  ['a message in JSON twice', (password) => ({ message: JSON.stringify({ body: JSON.stringify({ message: `Is ${password}` }) }) })],
  ['an unread object', (password) => ({ message: `Input ${JSON.stringify({ value: password })}` })],
  ['the reference', (password) => ({ message: 'no', referenceToken: `R ${password}` })],
])('a password that the plane repeats in %s is shown and stored nowhere', async (_, body) => {
  const password = 'Canary"x/y  \\é1';
  for (const status of [400, 500]) {
    world.planes['vcf-sfo'].server.fault = onActions(() => ({ status, body: { errorCode: 'NO', ...body(password) } }));
    const answer = await retryWith(update(), password, { idempotencyKey: `k${status}` });
    expect(JSON.stringify(answer.data)).toContain('[removed]');
    expectNoCanary(answer);
  }
});

test('the passwords that a plane shows in a credentials task are removed', async () => {
  const id = update();
  await retryWith(id, canary);
  world.advance(6_000);
  const query = `query ($id: ID!) { task(id: $id, maxAgeMs: 0) { status raw subtasks { nodes { ... on VcfCredentialsSubtask { name username } } } } }`;
  const answer = await world.graphql(query, { id });
  expect(answer.data.task).toMatchObject({ status: 'RUNNING', subtasks: { nodes: [{ username: 'root' }] } });
  expect(JSON.stringify(answer)).not.toMatch(/canary/i);
  expectNoCanary(answer);
});

test('a different password is another input; the same one is not', async () => {
  const id = update();
  expect((await retryWith(id, canary, { idempotencyKey: 'k' })).data.retryVcfCredentialsTask.outcome).toBe('ACCEPTED');
  expect((await retryWith(id, 'another', { idempotencyKey: 'k' })).data.retryVcfCredentialsTask).toMatchObject({
    outcome: 'REJECTED',
    errors: [{ __typename: 'IdempotencyKeyReusedError' }],
  });
  expect((await retryWith(id, canary, { idempotencyKey: 'k' })).data.retryVcfCredentialsTask).toMatchObject({ isRepeat: true });
  expect(actionsAt(world, 'vcf-sfo')).toHaveLength(1);
});

const document = singleDocument('retryVcfCredentialsTask');
const variables = (elements: unknown) => ({ input: { id: 'vcf-sfo:x', elements } });

test.each<[string, string, Readonly<Record<string, unknown>>]>([
  ['a number', document, variables([{ ...element, password: 77_001_122 }])],
  ['an object', document, variables([{ ...element, password: { canary: '77001122' } }])],
  ['a list', document, variables([{ ...element, password: ['77001122'] }])],
  ['a boolean in place of a neighbour', document, variables([{ ...element, username: true, password: '77001122' }])],
  ['in an element that lacks something', document, variables([{ username: 'root', password: '77001122' }])],
  ['in an element with a key too many', document, variables([{ ...element, password: '77001122', more: 1 }])],
  ['a number as a variable of its own', withPassword('$p', '($p: Secret)'), { p: 77_001_122 }],
  ['a number in the document', withPassword('77001122'), {}],
  ['an enum value in the document', withPassword('c77001122'), {}],
  ['an object in the document', withPassword('{ is: "77001122" }'), {}],
  ['a variable of another type', withPassword('$p', '($p: String)'), { p: '77001122' }],
])('a secret that is %s is refused, and the error does not repeat it', async (_, query, given) => {
  const { data, errors } = await world.graphql(query, given);
  expect(data?.retryVcfCredentialsTask).toBeUndefined();
  expect(errors).not.toHaveLength(0);
  expect(JSON.stringify(errors)).not.toContain('77001122');
  expect(written()).not.toContain('77001122');
  expect(world.calls('vcf-sfo')).toEqual([]);
});

function withPassword(password: string, parameters = ''): string {
  const elements = `[{ resourceName: "a", resourceType: "ESXI", username: "root", password: ${password} }]`;
  return `mutation M${parameters} { retryVcfCredentialsTask(input: { id: "vcf-sfo:x", elements: ${elements} }) { outcome } }`;
}

test('a secret may be in the document, too', async () => {
  const id = update();
  const elements = `[{ resourceName: "${element.resourceName}", resourceType: "ESXI", username: "root", password: "Canary-7" }]`;
  const answer = await world.graphql(`mutation { retryVcfCredentialsTask(input: { id: "${id}", elements: ${elements} }) { outcome } }`);
  expect(answer.data).toEqual({ retryVcfCredentialsTask: { outcome: 'ACCEPTED' } });
  expect(actionsAt(world, 'vcf-sfo')[0]?.body).toContain('"password":"Canary-7"');
  expectNoCanary(answer);
});

test('an error inside the gateway while a password is sent is logged without the password', async () => {
  store.broken.add('recordIntent');
  const id = update();
  const { elements } = { elements: [{ ...element, password: canary }] };
  expect(await act(world, 'retryVcfCredentialsTask', { id, elements })).toMatchObject({ outcome: 'REJECTED' });
  expect(world.log.join('')).toContain('The store cannot do recordIntent.');
  expectNoCanary();
});
