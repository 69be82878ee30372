import { expect, test } from '@jest/globals';
import type { ExampleOperation } from '../../../src/server/explorer/browser/example-operation.js';
import { mergeTabs, recordShownOperations } from '../../../src/server/explorer/browser/explorer-storage.js';

const health = example('source-health', 'query SourceHealth { taskSources { name } }');
const active = example('active-tasks', 'query ActiveTasks { tasks { totalCount } }');
const own = {
  id: 'own',
  title: 'Mine',
  query: 'query Mine { __typename }',
  variables: '{"a":1}',
  headers: null,
  operationName: 'Mine',
  response: null,
};

test('A browser that has stored no tabs gets the default ones.', () => {
  expect(merge(null, [], [health])).toBeNull();
});

test.each(['', 'nonsense', '7', '{"tabs":1,"activeTabIndex":0}'])(
  'Stored tabs that cannot be read (%j) are left to GraphiQL.',
  (stored) => {
    expect(merge(stored, [], [health])).toBeNull();
  },
);

test('A new example becomes a tab at the end; the tabs of the user and the active one stay as they are.', () => {
  const merged = tabs(merge(JSON.stringify({ tabs: [own, tabOf(health)], activeTabIndex: 1 }), [health], [active, health]));
  expect(merged.activeTabIndex).toBe(1);
  expect(merged.tabs.slice(0, 2)).toEqual([own, tabOf(health)]);
  expect(merged.tabs[2]).toMatchObject({ title: 'active-tasks', query: active.query, variables: null, headers: null, response: null });
});

test('An example whose tab was closed does not come back.', () => {
  expect(tabs(merge(JSON.stringify({ tabs: [own], activeTabIndex: 0 }), [health], [health])).tabs).toEqual([own]);
});

test('An example that changed replaces the tab that nobody edited, in its place.', () => {
  const newer = { ...health, query: 'query SourceHealth { taskSources { name kind } }' };
  const merged = tabs(merge(JSON.stringify({ tabs: [tabOf(health), own], activeTabIndex: 0 }), [health], [newer]));
  expect(merged.tabs).toEqual([{ ...tabOf(health), query: newer.query }, own]);
});

test('An example that changed leaves the tab alone that was edited.', () => {
  const edited = { ...tabOf(health), query: `${health.query} # mine` };
  const newer = { ...health, query: 'query SourceHealth { taskSources { name kind } }' };
  expect(tabs(merge(JSON.stringify({ tabs: [edited], activeTabIndex: 0 }), [health], [newer])).tabs).toEqual([edited]);
});

function merge(stored: string | null, shown: readonly ExampleOperation[], operations: readonly ExampleOperation[]): string | null {
  return mergeTabs(stored, recordShownOperations(shown), operations, () => 'new');
}

function tabs(merged: string | null): { tabs: object[]; activeTabIndex: number } {
  return JSON.parse(merged ?? 'null') as { tabs: object[]; activeTabIndex: number };
}

function tabOf({ name, query, variables }: ExampleOperation): object {
  return { id: name, title: name, query, variables, headers: null, operationName: name, response: null };
}

function example(file: string, query: string): ExampleOperation {
  return { file, name: file, type: 'query', question: '?', query, variables: null };
}
