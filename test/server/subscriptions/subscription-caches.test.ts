import { expect, test } from '@jest/globals';
import { parse } from 'graphql';

import { SharedAnswers, ValidatedDocuments } from '../../../src/server/subscriptions/subscription-caches.js';

const document = parse('{ __typename }');
const event = (): string => 'an event';

/** Counts how often a result is made. */
function counting(): { made: number; execute: () => { data: { made: number } } } {
  const counter = { made: 0, execute: () => ({ data: { made: ++counter.made } }) };
  return counter;
}

test('one event is executed once for all with the same document, variables and rights', () => {
  const [answers, counter] = [new SharedAnswers(), counting()];
  const first = answers.getOrCreate(event, document, 'reader', counter.execute);
  expect(answers.getOrCreate(event, document, 'reader', counter.execute)).toBe(first);
  expect(counter.made).toBe(1);
});

test.each([
  ['other rights or variables', event, document, 'operator'],
  ['another document', event, parse('{ __typename }'), 'reader'],
  ['another event', (): string => 'an event', document, 'reader'],
])('%s get an answer of their own', (_, otherEvent, otherDocument, key) => {
  const [answers, counter] = [new SharedAnswers(), counting()];
  void answers.getOrCreate(event, document, 'reader', counter.execute);
  void answers.getOrCreate(otherEvent, otherDocument, key, counter.execute);
  expect(counter.made).toBe(2);
});

test('events that are no objects have no identity, so their results are not shared', () => {
  const [answers, counter] = [new SharedAnswers(), counting()];
  for (let round = 0; round < 2; round++) void answers.getOrCreate('vcf', document, 'reader', counter.execute);
  expect(counter.made).toBe(2);
});

test('of one event, the first 200 answers are shared, and others are made for each client', () => {
  const [answers, counter] = [new SharedAnswers(), counting()];
  for (let time = 0; time < 2; time++)
    for (let client = 0; client < 250; client++)
      void answers.getOrCreate(event, client % 2 === 0 ? document : parse('{ __typename }'), `${client}`, counter.execute);
  // Half of them have a document of their own, of which the answer is kept, too.
  expect(counter.made).toBe(250 + 50 + 100);
});

test('documents are remembered by their text and what they were validated by, those that were used last', () => {
  const documents = new ValidatedDocuments();
  documents.remember('open', 'a', document);
  expect([documents.get('open', 'a'), documents.get('closed', 'a')]).toEqual([document, undefined]);
  for (let count = 0; count < 200; count++) {
    documents.remember('open', `b${count}`, document);
    expect(documents.get('open', 'a')).toBe(document);
  }
  expect([documents.get('open', 'b199'), documents.get('open', 'b0')]).toEqual([document, undefined]);
  documents.remember('open', 'd'.repeat(10_001), document);
  expect(documents.get('open', 'd'.repeat(10_001))).toBeUndefined();
});
