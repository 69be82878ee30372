import { filter, firstValueFrom } from 'rxjs';
import { TaskList } from 'tributary-gateway/operations';
import { WebSocket } from 'ws';

import { createApolloClient, keepLive, type ListVariables, readAgain } from './page.js';

// As a browser has it.
Object.assign(globalThis, { WebSocket });

const variables: ListVariables = { filter: { isFinished: false, sourceNames: ['vcf'] }, orderBy: { field: 'NAME', direction: 'ASC' } };
const client = createApolloClient(process.argv[2] ?? '', () => void readAgain(client, variables));
const list = client.watchQuery({ query: TaskList, variables: { ...variables, first: 2 } });
const print = (state: unknown): void => console.log(JSON.stringify(state));

let last = '';
list.subscribe(({ data, dataState }) => {
  if (dataState !== 'complete' || !data.tasks) return;
  const { edges, totalCount, pageInfo } = data.tasks;
  const state = { rows: edges.map(({ node }) => `${node.name} ${node.status}`), totalCount, hasNextPage: pageInfo.hasNextPage };
  if (JSON.stringify(state) === last) return;
  last = JSON.stringify(state);
  print(state);
});
const { data } = await firstValueFrom(list.pipe(filter(({ dataState }) => dataState === 'complete')));
await list.fetchMore({ variables: { after: data?.tasks?.pageInfo?.endCursor ?? null } });
keepLive(client, variables);
