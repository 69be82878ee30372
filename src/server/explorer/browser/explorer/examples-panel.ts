import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import type { Plugin } from 'graphiql';
import { createElement, type ReactElement, useSyncExternalStore } from 'react';
import { operations } from 'tributary:operations';

import type { ExampleOperation } from './example-operation.js';
import { fillVariables, fitsSources, readSample, type Sample, type SampleData, sampleQuery } from './example-variables.js';
import { readGraphQL } from './graphql-fetcher.js';
import { Observable } from './observable.js';

/** A panel that lists the example operations by the question that they answer, and opens them in tabs. */
export const examplesPanel: Plugin = { title: 'Examples', icon: Icon, content: Examples };

/** What the examples can be about; null as long as the gateway has not said. */
const sample = new Observable<Sample | null>(null);

/** Asks the gateway what the examples can be about. What fails leaves what was known. */
export async function refreshSample(): Promise<void> {
  const { data } = (await readGraphQL(sampleQuery)) as { readonly data?: SampleData | null };
  if (data?.taskSources != null) sample.set(readSample(data));
}

/** How long opening an example waits for the ids of tasks, in milliseconds. */
const longestWaitMs = 2_000;

function Examples(): ReactElement {
  const known = useSyncExternalStore(sample.subscribe, sample.get);
  const open = useOpenExample();
  const group = (title: string, type: ExampleOperation['type']): ReactElement =>
    createGroup(
      title,
      operations.filter((example) => example.type === type && fitsSources(example, known)),
      open,
    );
  return createElement(
    'section',
    { 'aria-label': 'Examples', className: 'examples' },
    createElement('h2', { className: 'examples-title' }, 'Examples'),
    group('Read', 'query'),
    group('Watch', 'subscription'),
    group('Act', 'mutation'),
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

/** Shows the tab of an example, or opens one where there is none or it was edited into something else. */
function useOpenExample(): (example: ExampleOperation) => void {
  const { addTab, changeTab, setVisiblePlugin } = useGraphiQLActions();
  const tabs = useGraphiQL((state) => state.tabs);
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const openTab = (example: ExampleOperation): void => {
    addTab();
    queryEditor?.setValue(example.query);
    variableEditor?.setValue(fillVariables(example, sample.get()));
  };
  return (example) => {
    // In a narrow window the panel covers the editors.
    if (matchMedia('(width < 48rem)').matches) setVisiblePlugin(null);
    const index = tabs.findIndex((tab) => tab.query === example.query || tab.title === example.name);
    if (index >= 0) return changeTab(index);
    if (example.variables === null) return openTab(example);
    const tooLate = new Promise((resolve) => setTimeout(resolve, longestWaitMs));
    void Promise.race([refreshSample(), tooLate]).then(() => openTab(example));
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
