import { expect, test } from '@jest/globals';
import { summarise, type SourceState, type SourceStates } from '../../../src/server/explorer/browser/source-list.js';

test.each<[string, SourceStates]>([
  ['The gateway does not answer.', { kind: 'unreachable' }],
  ['Only callers with credentials may see the sources. The explorer can send them.', { kind: 'refused' }],
  ['No source is configured, or none that you may read.', known()],
  ['The one source is up.', known('UP')],
  ['All 2 sources are up.', known('UP', 'UP')],
  ['1 of 3 sources is up.', known('UP', 'DOWN', 'UNKNOWN')],
  ['0 of 1 sources are up.', known('A_NEWER_WORD')],
])('The landing page says: %s', (sentence, states) => {
  expect(summarise(states)).toBe(sentence);
});

function known(...statuses: readonly string[]): SourceStates {
  const sources = statuses.map((status, place): SourceState => ({
    name: `source-${place}`,
    displayName: `Source ${place}`,
    kind: 'VCF',
    health: { status, circuit: 'CLOSED', latencyMs: null, problem: null },
  }));
  return { kind: 'known', sources };
}
