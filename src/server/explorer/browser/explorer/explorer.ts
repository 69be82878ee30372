import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { createElement, Fragment, type ReactElement, useEffect, useState, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { operations } from 'tributary:operations';

import { CredentialBar, credentialState } from './credential-bar.js';
import { examplesPanel, refreshSample } from './examples-panel.js';
import { formatLink, mayKeepVariables, readLink } from './explorer-link.js';
import { createSecretlessStorage, prepareTabs, recordShownOperations, type ShownOperations } from './explorer-storage.js';
import { runGraphQL } from './graphql-fetcher.js';
import { editorTheme, setUpMonaco } from './monaco-setup.js';
import { formatFigures, responseFigures, setActiveTab } from './response-figures.js';

const container = document.querySelector('#explorer');
if (container === null) throw new Error('The page has no #explorer.');

/** The examples that a first visit opens; the panel has the others. */
const firstExamples: readonly string[] = ['active-tasks', 'failed-tasks', 'watch-tasks'];

const shownKey = 'tributary:shownOperations';

/** The key under which GraphiQL itself stores its tabs. */
const tabsKey = 'graphiql:tabState';

const link = readLink(location.search);
const linked = link === 'too-long' ? null : link;
const isFirstVisit = localStorage.getItem(tabsKey) === null;
const storage = createSecretlessStorage(localStorage);
openTabs();
// The operation is in a tab now; a reload must not open it again, nor the address show what was typed since.
if (location.search !== '') history.replaceState(null, '', location.pathname);

setUpMonaco();

createRoot(container).render(
  createElement(
    Fragment,
    null,
    createElement(CredentialBar, null),
    link === null ? null : createElement(LinkNotice, null),
    createElement(
      GraphiQL,
      {
        fetcher: runGraphQL,
        storage,
        ...(linked !== null && { initialQuery: linked.query, initialVariables: linked.variables ?? '' }),
        defaultEditorToolsVisibility: 'variables',
        editorTheme,
        isHeadersEditorEnabled: true,
        plugins: [examplesPanel, HISTORY_PLUGIN],
        ...(isFirstVisit && innerWidth >= 1_000 && { visiblePlugin: examplesPanel }),
        shouldPersistHeaders: false,
      },
      createElement(
        GraphiQL.Logo,
        null,
        createElement('a', { href: './', className: 'brand' }, 'Tributary'),
        createElement(Follower, null),
      ),
      createElement(GraphiQL.Footer, null, createElement(Footer, null)),
    ),
  ),
);

/** Shows nothing. It follows what GraphiQL and the credential do. */
function Follower(): ReactElement | null {
  const { introspect, stop } = useGraphiQLActions();
  const activeTab = useGraphiQL((state) => state.activeTabIndex);
  const tabs = useGraphiQL((state) => state.tabs);
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const isFetching = useGraphiQL((state) => state.isFetching);
  const schema = useGraphiQL((state) => state.schema);
  const id = tabs[activeTab]?.id ?? '';
  useEffect(() => setActiveTab(id), [id, isFetching]);
  useEffect(() => {
    // After GraphiQL has drawn a new tab.
    requestAnimationFrame(() => document.querySelector('.graphiql-tab-active')?.scrollIntoView({ block: 'nearest', inline: 'nearest' }));
  }, [activeTab, tabs.length]);
  useEffect(() => {
    for (const editor of [queryEditor, variableEditor]) editor?.updateOptions({ wordWrap: 'on' });
  }, [queryEditor, variableEditor]);
  // A new tab leaves the subscription of the previous one open, and would show its events.
  useEffect(stop, [id]);
  useEffect(
    () =>
      credentialState.subscribe(() => {
        if (credentialState.get() === 'entered') void introspect();
      }),
    [introspect],
  );
  // Once the schema could be read: a wrong credential costs no more requests than it must, as the gateway counts them.
  useEffect(() => {
    if (schema?.getQueryType()?.getFields()['taskSources'] !== undefined) void refreshSample();
  }, [schema]);
  return null;
}

/** Figures of the latest answer in this tab, and a link to its operation. */
function Footer(): ReactElement {
  const id = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.id ?? '');
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const operationName = useGraphiQL((state) => state.operationName ?? null);
  const figures = useSyncExternalStore(responseFigures.subscribe, responseFigures.get).get(id);
  const [outcome, setOutcome] = useState('');
  useEffect(() => setOutcome(''), [id]);
  const copyLink = (): void => {
    const query = queryEditor?.getValue() ?? '';
    const variables = variableEditor?.getValue() ?? '';
    const address = formatLink(location.origin + location.pathname, { query, variables, operationName });
    if (address === null) return setOutcome('Too long for a link');
    void navigator.clipboard.writeText(address).then(
      () => setOutcome(variables.trim() === '' || mayKeepVariables(query) ? 'Copied' : 'Copied without variables'),
      () => setOutcome('Not allowed'),
    );
  };
  return createElement(
    'div',
    { className: 'figures' },
    createElement('span', { role: 'status', 'aria-label': 'Response' }, figures === undefined ? '' : formatFigures(figures)),
    createElement('span', { role: 'status', className: 'outcome' }, outcome),
    // The clipboard exists only in secure contexts.
    isSecureContext ? createElement('button', { type: 'button', onClick: copyLink }, 'Copy link') : null,
  );
}

/** Says that a link opened a tab, and that nothing ran. */
function LinkNotice(): ReactElement | null {
  const [isOpen, setIsOpen] = useState(true);
  if (!isOpen) return null;
  const text =
    linked === null
      ? 'The link is too long, so its operation was not opened.'
      : 'This operation came from a link and has not run. Read it before you run it.';
  return createElement(
    'div',
    { className: 'notice', role: 'note' },
    createElement('p', null, text),
    createElement('button', { type: 'button', onClick: () => setIsOpen(false) }, 'Close'),
  );
}

/** Prepares the tabs that this browser has stored. Call it before GraphiQL starts. */
function openTabs(): void {
  const tabs = prepareTabs({
    storedTabs: storage.getItem(tabsKey),
    shown: readShown(),
    operations,
    firstTabs: operations.filter(({ file }) => firstExamples.includes(file)),
    linked,
    newId: createId,
  });
  storage.setItem(tabsKey, tabs);
  storage.setItem(shownKey, JSON.stringify(recordShownOperations(operations)));
}

/** crypto.randomUUID exists only in secure contexts. */
function createId(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16)).join('-');
}

function readShown(): ShownOperations {
  try {
    const value: unknown = JSON.parse(storage.getItem(shownKey) ?? '{}');
    return typeof value === 'object' && value !== null ? (value as ShownOperations) : {};
  } catch {
    return {};
  }
}
