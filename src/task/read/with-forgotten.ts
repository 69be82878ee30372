import type { CreationWindow } from '../history/forgotten-tasks.js';
import type { Reader } from './reader.js';
import type { Snapshot } from './view/snapshot.js';
import { SomeTasks } from './known/some-tasks.js';
import type { View } from './view/view.js';

/** Adds the tasks that the plane no longer has, unless they were not asked for, or the plane refuses the gateway altogether. */
export async function withForgotten(view: View, snapshot: Snapshot, window: CreationWindow | null, reader: Reader): Promise<Snapshot> {
  if (window === null || isRefused(snapshot)) return snapshot;
  const { tasks, missing } = await reader.forgotten(view, window);
  const present = snapshot.tasks.all();
  const known = new Set(present.map(({ id }) => id));
  const all: Snapshot = {
    ...snapshot,
    tasks: new SomeTasks([...present, ...tasks.filter(({ id }) => !known.has(id))]),
    present: (task) => (task.isForgotten === true ? task : snapshot.present(task)),
  };
  return missing === null || all.state !== 'answered' ? all : inPart(all, missing);
}

function isRefused({ problem }: Snapshot): boolean {
  return problem?.kind === 'UNAUTHENTICATED' || problem?.kind === 'FORBIDDEN';
}

function inPart(snapshot: Extract<Snapshot, { state: 'answered' }>, missing: string): Snapshot {
  const problem = { kind: 'OTHER', message: missing, httpStatus: null, referenceToken: null } as const;
  return { ...snapshot, isComplete: false, problem: snapshot.problem ?? problem };
}
