import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { operations } from 'tributary:operations';
import { examplesPanel } from './examples-panel.js';
import { editorTheme, setUpMonaco } from './monaco-setup.js';
import { runGraphQL } from './run-graphql.js';
import { storageWithoutHeaders } from './storage-without-headers.js';
import { addNewExamples } from './tab-storage.js';

const container = document.querySelector('#explorer');
if (container === null) throw new Error('The page has no place for the explorer.');

setUpMonaco();
addNewExamples(localStorage);
createRoot(container).render(
  createElement(
    GraphiQL,
    {
      fetcher: runGraphQL,
      storage: storageWithoutHeaders(localStorage),
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
