import { expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';

import { DocumentLimiter } from '../../../src/server/guards/document-limits.js';
import { RepeatedTexts } from '../../../src/server/guards/repeated-texts.js';
import { noLimits } from '../../support/doubles/no-limits.js';
import { BareGateway } from '../bare-gateway.js';

test('a text is known from the second time on, and means the same object that nobody can change', () => {
  const texts = new RepeatedTexts();
  const parse = (): unknown => ({ query: '{ a }', variables: { ids: ['1'] } });
  texts.add('body', parse());
  expect(texts.find('body')).toBeUndefined();
  const second = parse();
  texts.add('body', second);
  expect(texts.find('body')).toBe(second);
  expect(() => Object.assign((second as { variables: object }).variables, { first: 1 })).toThrow(TypeError);
  expect(() => (second as { variables: { ids: string[] } }).variables.ids.push('2')).toThrow(TypeError);
});

test('what is long, or no object, is never known, and what is not repeated is forgotten', () => {
  const texts = new RepeatedTexts();
  for (let time = 0; time < 2; time += 1) {
    texts.add('x'.repeat(8_193), {});
    texts.add('7', 7);
    texts.add('null', null);
    texts.add('body', {});
  }
  expect(['x'.repeat(8_193), '7', 'null'].map((text) => texts.find(text))).toEqual([undefined, undefined, undefined]);
  expect(texts.find('body')).toEqual({});
  for (let other = 0; other < 1_000; other += 1) texts.add(`body ${other}`, {});
  expect(texts.find('body')).toBeUndefined();
});

test('a request is answered, or refused, the third time as it was the first time', async () => {
  const gateway = await BareGateway.start(buildSchema('type Query { echo(text: String): String }'), { limits: { aliases: 1 } });
  const bodies = [
    '{"query":"{ __typename }"}',
    '{"query":"query($t: String) { echo(text: $t) }","variables":{"t":"a"}}',
    '{"query":"{ a: __typename b: __typename echo }"}',
    '{"query":"{ __typename }","__proto__":{"a":1}}',
    '{"query":"{ __typename }","query":"{ a }"}',
    '{"query":7}',
    '{"query":',
  ];
  for (const body of bodies) {
    const responses = [1, 2, 3].map(() => gateway.send({ headers: { 'content-type': 'application/json' }, body }));
    const [first, ...others] = (await Promise.all(responses)).map(({ status, text }) => ({ status, text }));
    expect(others).toEqual([first, first]);
  }
  await gateway.close();
});

test('a document that was accepted for one of its operations is not accepted for another one that is too large', () => {
  const limiter = new DocumentLimiter({ ...noLimits, depth: 1 });
  const text = 'query Small { a } query Large { a { b } }';
  const excess = (name: string | null) => limiter.check(text, name).excess;
  expect([excess('Small'), excess('Small')]).toEqual([null, null]);
  expect([excess('Large'), excess(null), excess('Small')]).toEqual([expect.any(String), expect.any(String), null]);
  // More names than are remembered.
  for (let other = 0; other < 50; other += 1) expect(excess(`Small${other}`)).toEqual(expect.any(String));
});
