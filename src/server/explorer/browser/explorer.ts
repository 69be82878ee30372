import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { GraphiQL, HISTORY_PLUGIN, type Plugin } from 'graphiql';
import { createElement, type ReactElement, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { operations } from 'tributary:operations';

import type { ExampleOperation } from './example-operation.js';
import { createHeaderlessStorage, mergeTabs, recordShownOperations, type ShownOperations } from './explorer-storage.js';
import { runGraphQL } from './graphql-fetcher.js';
import { editorTheme, setUpMonaco } from './monaco-setup.js';

const container = document.querySelector('#explorer');
if (container === null) throw new Error('The page has no #explorer.');

setUpMonaco();

const shownKey = 'tributary:shownOperations';

/** The key under which GraphiQL itself stores its tabs. */
const tabsKey = 'graphiql:tabState';

addNewExamples(localStorage);

/** A panel that lists the example operations by the question that they answer; it also reopens a tab that was closed. */
const examplesPanel: Plugin = { title: 'Examples', icon: Icon, content: Examples };

createRoot(container).render(
  createElement(
    GraphiQL,
    {
      fetcher: runGraphQL,
      storage: createHeaderlessStorage(localStorage),
      defaultTabs: operations.map(({ query, variables }) => ({ query, variables })),
      defaultEditorToolsVisibility: 'variables',
      editorTheme,
      isHeadersEditorEnabled: true,
      plugins: [examplesPanel, HISTORY_PLUGIN],
      shouldPersistHeaders: false,
    },
    createElement(GraphiQL.Logo, null, createElement('a', { href: '/', className: 'brand' }, 'Tributary')),
  ),
);

function Examples(): ReactElement {
  const open = useOpenExample();
  const activeTab = useGraphiQL((state) => state.activeTabIndex);
  useEffect(() => {
    document.querySelector('.graphiql-tab-active')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [activeTab]);
  return createElement(
    'section',
    { 'aria-label': 'Examples', className: 'examples' },
    createElement('h2', { className: 'examples-title' }, 'Examples'),
    createGroup(
      'Read',
      operations.filter(({ type }) => type === 'query'),
      open,
    ),
    createGroup(
      'Watch',
      operations.filter(({ type }) => type === 'subscription'),
      open,
    ),
    createGroup(
      'Act',
      operations.filter(({ type }) => type === 'mutation'),
      open,
    ),
  );
}

function createGroup(title: string, examples: readonly ExampleOperation[], open: (example: ExampleOperation) => void): ReactElement {
  return createElement(
    'div',
    { className: 'examples-group' },
    createElement('h3', null, title),
    createElement(
      'ul',
      null,
      ...examples.map((example) =>
        createElement(
          'li',
          { key: example.file },
          createElement(
            'button',
            { type: 'button', onClick: () => open(example) },
            createElement('strong', null, example.name),
            createElement('span', null, example.question),
          ),
        ),
      ),
    ),
  );
}

/** Shows the tab of an example, or opens a new one where that was closed or edited into something else. */
function useOpenExample(): (example: ExampleOperation) => void {
  const { addTab, changeTab } = useGraphiQLActions();
  const tabs = useGraphiQL((state) => state.tabs);
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  return ({ name, query, variables }) => {
    const index = tabs.findIndex((tab) => tab.query === query || tab.title === name);
    if (index >= 0) return changeTab(index);
    addTab();
    queryEditor?.setValue(query);
    variableEditor?.setValue(variables ?? '');
  };
}

function Icon(): ReactElement {
  return createElement(
    'svg',
    { viewBox: '0 0 24 24', fill: 'none', stroke: 'currentColor', strokeWidth: 1.5, 'aria-hidden': 'true' },
    createElement('path', { d: 'M4 6.5h10M4 12h7M4 17.5h10' }),
    createElement('path', { d: 'm16 9 4 3-4 3z', fill: 'currentColor', strokeLinejoin: 'round' }),
  );
}

/** Adds new example operations to the tabs that this browser has stored. Call it before GraphiQL starts. */
function addNewExamples(storage: Storage): void {
  const merged = mergeTabs(storage.getItem(tabsKey), readShown(storage), operations, () => crypto.randomUUID());
  if (merged !== null) storage.setItem(tabsKey, merged);
  storage.setItem(shownKey, JSON.stringify(recordShownOperations(operations)));
}

function readShown(storage: Storage): ShownOperations {
  try {
    const value: unknown = JSON.parse(storage.getItem(shownKey) ?? '{}');
    return typeof value === 'object' && value !== null ? (value as ShownOperations) : {};
  } catch {
    return {};
  }
}
