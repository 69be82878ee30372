import { readFileSync } from 'node:fs';

import { expect, test } from '@jest/globals';

import { describeWith } from '../support/describe-with-tool.js';
import { testTool } from '../tools/test-tool.js';

const sdl = readFileSync('schema/schema.graphql', 'utf8');

async function findings(text: string): Promise<readonly string[]> {
  const { relayFindings } = await import('../tools/relay-rules.js');
  return relayFindings(text);
}

describeWith(testTool('@graphql-eslint/eslint-plugin'))('By the rules for Relay', () => {
  test('The schema follows the rules for Relay: connections, edges, PageInfo and their arguments.', async () => {
    expect(await findings(sdl)).toEqual([]);
  });

  test.each([
    ['  edges: [TaskEdge', '  corners: [TaskEdge', /edges/],
    ['hasNextPage: Boolean!', 'hasMore: Boolean!', /PageInfo/],
    ['type TaskEdge {', 'type TaskEnd {', /Edge|TaskEdge/],
  ])('A schema with %j made %j is found out.', async (before, after, said) => {
    expect(sdl).toContain(before);
    const text = sdl.replace(before, after).replaceAll('TaskEdge!', after.includes('TaskEnd') ? 'TaskEnd!' : 'TaskEdge!');
    expect((await findings(text)).join('\n')).toMatch(said);
  });
});
