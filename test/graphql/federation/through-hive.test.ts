import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { describeWith } from '../../support/describe-with-tool.js';
import type { Json } from '../../support/post.js';
import { startHive } from '../../tools/hive.js';
import { testTool } from '../../tools/test-tool.js';
import { publishedOperations, RoutedWorlds } from './routed-worlds.js';

const writeNote = 'mutation ($taskId: ID!) { writeNote(taskId: $taskId, author: "Ada", text: "seen") { id name notes { text } } }';

describeWith(testTool('@graphql-hive/gateway-runtime'), testTool('@graphql-hive/router-runtime')).each(['own', 'Rust'] as const)(
  'Through Hive Gateway with the planner: %s',
  (planner) => {
    let worlds: RoutedWorlds;
    beforeAll(async () => {
      worlds = await RoutedWorlds.start((supergraph) => startHive(supergraph, planner));
    }, 60_000);
    afterAll(() => worlds?.close());

    test.each(publishedOperations)('$file gives the same', async ({ query, variables }) => {
      const { data, errors } = await worlds.askBoth(query, variables);
      expect(errors).toBeUndefined();
      expect(data).not.toBeNull();
    });

    test('the query of the page of the examples has the fields of every subgraph on every task', async () => {
      const { data: listed } = await worlds.routed.graphql('{ tasks(filter: { statuses: [FAILED] }) { nodes { id name operation } } }');
      for (const { id: taskId } of listed.tasks.nodes) await worlds.router.graphql(writeNote, { taskId });
      const [, query] = /```graphql\n(.*?)```/s.exec(readFileSync('schema/examples/README.md', 'utf8')) ?? [];
      const { data, errors } = await worlds.router.graphql(query ?? '');
      expect(errors).toBeUndefined();
      expect(data.tasks.nodes.map(({ name, notes, owner }: Json) => ({ name, notes, owner }))).toEqual(
        listed.tasks.nodes.map(({ name, operation }: Json) => ({
          name,
          notes: [{ author: 'Ada', text: 'seen' }],
          owner: operation === null ? null : { email: expect.any(String) },
        })),
      );
      const hosts = data.tasks.nodes.flatMap(({ resources }: Json) => resources).filter(({ host }: Json) => host !== null);
      expect(hosts.length).toBeGreaterThan(0);
      for (const one of hosts) expect(one).toEqual({ displayName: expect.any(String), host: { rack: expect.stringMatching(/^rack-\d$/) } });
    });

    test('references of another subgraph are found, and fetches that lead to Tributary at once are not counted as its root fields', async () => {
      const { data: listed } = await worlds.routed.graphql('{ tasks(first: 12) { nodes { __typename id name operation } } }');
      for (const { id: taskId } of listed.tasks.nodes) await worlds.router.graphql(writeNote, { taskId });
      const branches = listed.tasks.nodes.map(
        (_: Json, index: number) => `b${index}: tasksWithNotes { __typename id name operation owner { name } }`,
      );
      const { data, errors } = await worlds.router.graphql(`{ ${branches.join(' ')} }`);
      expect(errors).toBeUndefined();
      for (const branch of Object.values<Json>(data)) expect(branch).toEqual(data.b0);
      for (const task of listed.tasks.nodes)
        expect(data.b0).toContainEqual({ ...task, owner: task.operation === null ? null : { name: expect.any(String) } });
    });

    // Where one of these is otherwise, the page of the examples names a limit that a new version of the router does not have any more.
    test('a task that is gone, and a fragment below a field of a subgraph with @interfaceObject, are answered as the page of the examples says', async () => {
      await worlds.router.graphql(writeNote, { taskId: 'vcf-sfo:00000000-0000-4000-8000-00000000dead' });
      const { data, errors = [] } = await worlds.router.graphql('{ tasksWithNotes { id name } }');
      expect(data.tasksWithNotes).toContain(null);
      expect(errors.map(({ message }) => message)).toEqual(
        planner === 'own' ? ['Abstract type "Task" was resolved to a non-object type "Task".'] : [],
      );
      const fragment = await worlds.router.graphql('{ tasksWithNotes { ... on VcfTask { resolutionStatus } } }');
      expect(fragment.errors?.some(({ message }) => message.startsWith('Failed to plan query')) ?? false).toBe(planner === 'Rust');
    });
  },
);
