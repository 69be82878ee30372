import { afterAll, beforeAll, expect, test } from '@jest/globals';

import type { PlaneName } from '../../support/world.js';
import { type AccessWorld, startAccessWorld } from './access-world.js';
import { callerNames, may, sourceNames } from './caller-policies.js';

let access: AccessWorld;
beforeAll(async () => {
  access = await startAccessWorld();
});
afterAll(() => access.world.close());

const result = 'outcome taskId task { id } errors { __typename ... on TaskActionNotAllowedError { blockers { code } } }';
const one = (field: string) => `mutation ($id: ID!) { ${field}(input: { id: $id }) { ${result} } }`;
const many = (field: string) => `mutation ($id: ID!) { ${field}(input: { ids: [$id] }) { results { ${result} } } }`;

interface Way {
  readonly name: string;
  readonly action: 'retry' | 'cancel';
  readonly query: string;
}

const ways: readonly Way[] = (['retry', 'cancel'] as const).flatMap((action) => [
  { name: `${action}Task`, action, query: one(`${action}Task`) },
  { name: `${action}Task under another name`, action, query: one(`tasks: ${action}Task`) },
  {
    name: `${action}Task in a fragment`,
    action,
    query: `mutation ($id: ID!) { ...Act } fragment Act on Mutation { ... on Mutation { ${action}Task(input: { id: $id }) { ${result} } } }`,
  },
  { name: `${action}Tasks`, action, query: many(`${action}Tasks`) },
]);

/** Only VCF has actions. A failed task can be retried, a running one cancelled. */
const taskFor = (source: 'vcf-sfo' | 'vcf-lax', action: Way['action']) =>
  `${source}:${access.world.planes[source].addTask({ status: action === 'retry' ? 'FAILED' : 'IN_PROGRESS' })}`;

const sent = (source: PlaneName) => access.world.calls(source).filter(({ method }) => method !== 'GET');

test.each(callerNames.flatMap((caller) => ways.map((way) => [caller, way.name, way] as const)))(
  '%s acts by %s where the policy allows it, gets DENIED where they may only read, and finds no task elsewhere',
  async (caller, _name, { action, query }) => {
    for (const source of ['vcf-sfo', 'vcf-lax'] as const) {
      const id = taskFor(source, action);
      access.world.forgetCalls();
      const { data, errors } = await access.world.graphql(query, { id }, caller);
      expect(errors).toBeUndefined();
      const [field] = Object.values<{ results?: readonly unknown[] }>(data);
      const [payload] = field?.results ?? [field];
      if (!may(caller, 'read', source)) {
        const absent = { outcome: 'REJECTED', taskId: id, task: null, errors: [{ __typename: 'TaskNotFoundError' }] };
        expect(payload).toEqual(absent);
        expect(access.world.calls(source)).toEqual([]);
      } else if (!may(caller, action, source)) {
        const denied = { __typename: 'TaskActionNotAllowedError', blockers: [{ code: 'DENIED' }] };
        expect(payload).toEqual({ outcome: 'REJECTED', taskId: id, task: { id }, errors: [denied] });
      } else expect(payload).toEqual({ outcome: 'ACCEPTED', taskId: id, task: { id }, errors: [] });
      expect(sent(source)).toHaveLength(may(caller, 'read', source) && may(caller, action, source) ? 1 : 0);
    }
  },
);

test.each(callerNames)('%s retries a credentials task where the policy allows it', async (caller) => {
  for (const source of ['vcf-sfo', 'vcf-lax'] as const) {
    const id = `${source}:${access.world.planes[source].addCredentialsTask({ type: 'UPDATE' })}`;
    access.world.forgetCalls();
    const elements = [
      { resourceName: 'added-esx01.cloud.example', resourceType: 'ESXI', credentialType: 'SSH', username: 'root', password: 'canary-new' },
    ];
    const query = `mutation ($input: RetryVcfCredentialsTaskInput!) { retryVcfCredentialsTask(input: $input) { ${result} } }`;
    const { data, errors } = await access.world.graphql(query, { input: { id, elements } }, caller);
    const mayAct = may(caller, 'read', source) && may(caller, 'retry', source);
    expect(errors).toBeUndefined();
    expect(sent(source)).toHaveLength(mayAct ? 1 : 0);
    expect(data.retryVcfCredentialsTask.outcome).toBe(mayAct ? 'ACCEPTED' : 'REJECTED');
  }
});

test.each(callerNames)('%s sees as blockers what they may not do with tasks that they may read', async (caller) => {
  const query = 'query ($id: ID!) { task(id: $id) { retry { isAllowed blockers { code } } cancel { blockers { code } } } }';
  for (const source of sourceNames) {
    const { data } = await access.world.graphql(query, { id: access.taskIds[source] }, caller);
    if (!may(caller, 'read', source)) expect(data.task).toBeNull();
    else
      for (const action of ['retry', 'cancel'] as const) {
        const codes = data.task[action].blockers.map(({ code }: { readonly code: string }) => code);
        expect(codes.includes('DENIED')).toBe(!may(caller, action, source));
      }
  }
});

test.each(callerNames)('%s tracks where the policy allows it', async (caller) => {
  const track = 'mutation ($input: TrackTaskInput!) { trackTask(input: $input) { task { id } errors { __typename } } }';
  const untrack = 'mutation ($input: UntrackTaskInput!) { untrackTask(input: $input) { untrackedTaskId errors { __typename } } }';
  const sourceTaskId = access.world.planes['catalog-demo'].addTask({ status: 'running' });
  const id = `catalog-demo:${sourceTaskId}`;
  access.world.forgetCalls();
  const tracked = await access.world.graphql(track, { input: { sourceName: 'catalog-demo', sourceTaskId } }, caller);
  const untracked = await access.world.graphql(untrack, { input: { id } }, caller);
  if (!may(caller, 'read', 'catalog-demo')) {
    expect(tracked.data.trackTask).toEqual({ task: null, errors: [{ __typename: 'TaskSourceNotFoundError' }] });
    expect(untracked.data.untrackTask).toEqual({ untrackedTaskId: null, errors: [{ __typename: 'TaskNotFoundError' }] });
    expect(access.world.calls('catalog-demo')).toEqual([]);
  } else if (!may(caller, 'track', 'catalog-demo')) {
    for (const { errors } of [tracked, untracked])
      expect(errors).toMatchObject([{ message: 'You may not track tasks of this source.', extensions: { code: 'FORBIDDEN' } }]);
    expect(access.world.calls('catalog-demo')).toEqual([]);
  } else {
    expect(tracked.data.trackTask).toEqual({ task: { id }, errors: [] });
    expect(untracked.data.untrackTask).toEqual({ untrackedTaskId: id, errors: [] });
  }
});
