import { expect, test } from '@jest/globals';
import type { ExampleOperation } from '../../../src/server/explorer/browser/explorer/example-operation.js';
import type { LinkedOperation } from '../../../src/server/explorer/browser/explorer/explorer-link.js';
import { prepareTabs, recordShownOperations } from '../../../src/server/explorer/browser/explorer/explorer-storage.js';

const health = example('source-health', 'query SourceHealth { taskSources { name } }');
const active = example('active-tasks', 'query ActiveTasks { tasks { totalCount } }');
const newest = example('newest', 'query Newest { __typename }');
const own = {
  id: 'own',
  title: 'Mine',
  query: 'query Mine { __typename }',
  variables: '{"a":1}',
  headers: null,
  operationName: 'Mine',
  response: null,
};

test.each([null, '', 'nonsense', '7', '{"tabs":1,"activeTabIndex":0}', '{"tabs":[],"activeTabIndex":0}'])(
  'Without stored tabs that can be read (%j), the first examples are opened.',
  (stored) => {
    const prepared = prepare({ stored, operations: [active, health], first: [health] });
    expect(prepared).toMatchObject({ activeTabIndex: 0, tabs: [{ title: 'source-health', query: health.query, response: null }] });
    expect(prepared.tabs).toHaveLength(1);
  },
);

test('The tabs of the user and the active one stay as they are; a new example and a closed one open none.', () => {
  const stored = { tabs: [own, tabOf(health)], activeTabIndex: 1 };
  expect(
    prepare({ stored: JSON.stringify(stored), shown: [health, active], operations: [active, health, newest], first: [active] }),
  ).toEqual(stored);
});

test('An example that changed replaces the tab that nobody edited, in its place.', () => {
  const newer = { ...health, query: 'query SourceHealth { taskSources { name kind } }' };
  const stored = JSON.stringify({ tabs: [tabOf(health), own], activeTabIndex: 0 });
  expect(prepare({ stored, shown: [health], operations: [newer] }).tabs).toEqual([{ ...tabOf(health), query: newer.query }, own]);
});

test('An example that changed leaves the tab alone that was edited.', () => {
  const edited = { ...tabOf(health), query: `${health.query} # mine` };
  const newer = { ...health, query: 'query SourceHealth { taskSources { name kind } }' };
  const stored = JSON.stringify({ tabs: [edited], activeTabIndex: 0 });
  expect(prepare({ stored, shown: [health], operations: [newer] }).tabs).toEqual([edited]);
});

test('The operation of a link is a new tab at the end, and the active one.', () => {
  const linked = { query: '# why\nmutation Stop { cancelTask }', variables: '{"id":1}', operationName: null };
  const prepared = prepare({ stored: JSON.stringify({ tabs: [own], activeTabIndex: 0 }), linked });
  expect(prepared).toMatchObject({ activeTabIndex: 1, tabs: [own, { title: 'Stop', ...linked, headers: null, response: null }] });
});

test('A link that is opened again shows the tab that it opened before.', () => {
  const linked = { query: own.query, variables: own.variables, operationName: null };
  const stored = JSON.stringify({ tabs: [tabOf(health), own], activeTabIndex: 0 });
  expect(prepare({ stored, linked })).toEqual({ tabs: [tabOf(health), own], activeTabIndex: 1 });
});

interface Preparation {
  readonly stored: string | null;
  readonly shown?: readonly ExampleOperation[];
  readonly operations?: readonly ExampleOperation[];
  readonly first?: readonly ExampleOperation[];
  readonly linked?: LinkedOperation | null;
}

function prepare({ stored, shown = [], operations = [], first = [], linked = null }: Preparation): {
  tabs: object[];
  activeTabIndex: number;
} {
  const inputs = { storedTabs: stored, shown: recordShownOperations(shown), operations, firstTabs: first, linked, newId: () => 'new' };
  return JSON.parse(prepareTabs(inputs)) as { tabs: object[]; activeTabIndex: number };
}

function tabOf({ name, query, variables }: ExampleOperation): object {
  return { id: name, title: name, query, variables, headers: null, operationName: name, response: null };
}

function example(file: string, query: string): ExampleOperation {
  return { file, name: file, type: 'query', question: '?', query, variables: null };
}
