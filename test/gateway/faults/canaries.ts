import { expect } from '@jest/globals';

import type { GraphQLAnswer } from '../../support/post.js';

/** Words that planes are made to say, and that no client may read. */
export const canaries = ['https://canary-url.example/inner?token=canary-query', '/srv/canary-path', 'canary-password', 'canary-token'];

/** Nothing in an answer is a URL, a path of ours, a stack, a token or a password. */
export function expectNoLeak(answer: Pick<GraphQLAnswer, 'data' | 'errors'>): void {
  const text = JSON.stringify([answer.data, answer.errors]);
  expect(text).not.toMatch(/canary/i);
  expect(text).not.toMatch(/https?:|127\.0\.0\.1|localhost/);
  expect(text).not.toMatch(/\bat \S+ \(|\.[jt]s:\d+|node_modules|node:internal|\/src\/|\/dist\//);
  expect(text).not.toMatch(/Bearer |Basic |eyJ/);
}
