import type { ActionResponse } from '../../../src/model/action.js';
import type { TranslatedTask, Task } from '../../../src/model/task.js';
import type { UntranslatedTask, Source } from '../../../src/sources/source.js';
import { idleUpstream } from '../../support/doubles/idle-upstream.js';
import { resourceOf, taskOf } from '../../support/generators/sample-task.js';

/** Holds an answer back until somebody says that it may come. */
export type Hold = (what: string) => Promise<void>;

interface MirrorOptions {
  /** Called when the connections are given back. */
  readonly onRelease?: () => void;
  /** Tasks in the list; two where absent. */
  readonly taskCount?: number | undefined;
}

/** A plane with the same task ids for all callers, whose tasks contain the token of the request. */
export function mirrorSource(token: string, holdCall: Hold, { onRelease = () => undefined, taskCount = 2 }: MirrorOptions = {}): Source {
  let callsInProgress = 0;
  const hold: Hold = async (what) => {
    callsInProgress += 1;
    await holdCall(what);
    callsInProgress -= 1;
  };
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
  const readings = Array.from({ length: taskCount }, (_, index) => reading(`task-${index + 1}`));
  return {
    name: 'mirror',
    kind: 'ASTRA',
    displayName: 'Mirror',
    timeoutMs: 5_000,
    capabilities: { list: true, retry: true, cancel: true, subtasks: true, progress: false },
    finishedTasksChange: true,
    isTaskId: (id) => /^task-\d+$/.test(id),
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
    upstream: { ...idleUpstream, isBusy: () => callsInProgress > 0, releaseIdle: () => Promise.resolve(onRelease()) },
  };
}
