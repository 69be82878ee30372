import { readFileSync } from 'node:fs';

import { expect, test } from '@jest/globals';

import { describeWith } from '../support/describe-with-tool.js';
import { testTool } from '../tools/test-tool.js';

const sdl = readFileSync('schema/schema.graphql', 'utf8');

async function lint(text: string): Promise<readonly string[]> {
  const { lintRelayRules } = await import('../tools/relay-rules.js');
  return lintRelayRules(text);
}

describeWith(testTool('@graphql-eslint/eslint-plugin'))('The Relay specification', () => {
  test('The schema follows the rules for connections, edges, PageInfo and their arguments.', async () => {
    expect(await lint(sdl)).toEqual([]);
  });

  test.each([
    ['  edges: [TaskEdge', '  corners: [TaskEdge', /edges/],
    ['hasNextPage: Boolean!', 'hasMore: Boolean!', /PageInfo/],
    ['type TaskEdge {', 'type TaskEnd {', /Edge|TaskEdge/],
  ])('A schema that replaces %j by %j violates them.', async (before, after, message) => {
    expect(sdl).toContain(before);
    const text = sdl.replace(before, after).replaceAll('TaskEdge!', after.includes('TaskEnd') ? 'TaskEnd!' : 'TaskEdge!');
    expect((await lint(text)).join('\n')).toMatch(message);
  });
});
