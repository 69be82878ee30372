import type { ActionAnswer } from '../../../src/task/act/action-answer.js';
import type { Translated } from '../../../src/task/model/translated.js';
import type { Task } from '../../../src/task/model/task.js';
import type { Reading } from '../../../src/task/source/reading.js';
import type { Source } from '../../../src/task/source/source.js';
import { resourceOf, taskOf } from '../../support/task.js';

/** Holds an answer back until somebody says that it may come. */
export type Hold = (what: string) => Promise<void>;

/** A plane that shows everybody the same ids, and in every task the token that it was asked with. */
export function mirrorSource(token: string, hold: Hold, onClose: () => void = () => undefined): Source {
  const reading = (sourceTaskId: string): Reading => ({
    sourceTaskId,
    fingerprint: token,
    translate: (): Translated<Task> => ({
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
    callsToList: () => 2,
    callsToRead: (count) => count,
    list: async () => {
      await hold(`list ${token}`);
      return { readings, unchanged: [], malformedCount: 0, isComplete: true, problem: null };
    },
    read: async (ids) => {
      await hold(`read ${token}`);
      return new Map(ids.map((id) => [id, reading(id)]));
    },
    readChildren: async () => {
      await hold(`children ${token}`);
      return [];
    },
    effectOf: () => null,
    blockersOf: () => [],
    act: async (_command, task): Promise<ActionAnswer> => {
      await hold(`act ${token}`);
      if (task.name !== `seen by ${token}`) throw new Error('An action on what another token showed.');
      return { outcome: 'ACCEPTED' };
    },
    close: async () => onClose(),
  };
}
