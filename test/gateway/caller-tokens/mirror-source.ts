import type { ActionResponse } from '../../../src/model/action.js';
import type { TranslatedTask, Task } from '../../../src/model/task.js';
import type { UntranslatedTask, Source } from '../../../src/sources/source.js';
import { resourceOf, taskOf } from '../../support/generators/sample-task.js';

/** Holds an answer back until somebody says that it may come. */
export type Hold = (what: string) => Promise<void>;

/** A plane with the same task ids for all callers, whose tasks contain the token of the request. */
export function mirrorSource(token: string, hold: Hold, onClose: () => void = () => undefined): Source {
  const reading = (sourceTaskId: string): UntranslatedTask => ({
    sourceTaskId,
    fingerprint: token,
    translate: (): TranslatedTask<Task> => ({
      ...taskOf({
        sourceName: 'mirror',
        sourceTaskId,
        status: 'FAILED',
        name: `seen by ${token}`,
        resources: [resourceOf({ sourceName: 'mirror', name: `seen by ${token}` })],
      }),
    }),
  });
  const readings = ['task-1', 'task-2'].map(reading);
  return {
    name: 'mirror',
    kind: 'ASTRA',
    displayName: 'Mirror',
    timeoutMs: 5_000,
    capabilities: { list: true, retry: true, cancel: true, subtasks: true, progress: false },
    finishedTasksChange: true,
    isTaskId: (id) => /^task-\d$/.test(id),
    estimateListCalls: () => 2,
    estimateReadCalls: (count) => count,
    list: async () => {
      await hold(`list ${token}`);
      return { tasks: readings, unchangedIds: [], unreadIds: [], malformedCount: 0, isComplete: true, problem: null };
    },
    read: async (ids) => {
      await hold(`read ${token}`);
      return new Map(ids.map((id) => [id, reading(id)]));
    },
    readChildren: async () => {
      await hold(`children ${token}`);
      return [];
    },
    actions: {
      describeEffect: () => null,
      findBlockers: () => [],
      act: async (_command, task): Promise<ActionResponse> => {
        await hold(`act ${token}`);
        if (task.name !== `seen by ${token}`) throw new Error('An action on what another token showed.');
        return { outcome: 'ACCEPTED' };
      },
    },
    upstream: { circuit: () => 'CLOSED', circuitOpenForMs: () => 0, clockAheadMs: () => null, close: async () => onClose() },
  };
}
