import type { ExampleOperation } from './example-operation.js';

/** What of the configured sources the examples can be about. */
export interface Sample {
  /** The kinds of the sources, such as VCF. */
  readonly kinds: ReadonlySet<string>;
  /** A source that cannot list its tasks; null where all can. */
  readonly untrackedSource: string | null;
  /** A task that runs, best one that has just begun. */
  readonly runningId: string | null;
  /** A task with something to show: a failed one with many steps, else any. */
  readonly taskId: string | null;
  /** The same task as its plane knows it. */
  readonly sourceName: string | null;
  readonly sourceTaskId: string | null;
}

/** Reads what may be a minute old, so that opening an example costs no call of a plane that is in use anyway. */
export const sampleQuery = `query ExplorerSample {
  taskSources { name kind capabilities { list } }
  running: tasks(first: 20, maxAgeMs: 60000, filter: { statuses: [RUNNING] }) { nodes { id progress { percent } } }
  failed: tasks(first: 20, maxAgeMs: 60000, filter: { statuses: [FAILED] }) { nodes { ...SampleTask progress { totalSteps } } }
  recent: tasks(first: 1, maxAgeMs: 60000) { nodes { ...SampleTask } }
}
fragment SampleTask on Task { id sourceTaskId source { name } }`;

interface SampleTask {
  readonly id: string;
  readonly sourceTaskId: string;
  readonly source: { readonly name: string };
  readonly progress?: { readonly percent?: number | null; readonly totalSteps?: number | null } | null;
}

type SampleTasks = { readonly nodes: readonly SampleTask[] } | null;

/** The data of `sampleQuery`; every list may be missing where its read failed. */
export interface SampleData {
  readonly taskSources: readonly { readonly name: string; readonly kind: string; readonly capabilities: { readonly list: boolean } }[];
  readonly running: SampleTasks;
  readonly failed: SampleTasks;
  readonly recent: SampleTasks;
}

export function readSample({ taskSources, running, failed, recent }: SampleData): Sample {
  const percent = ({ progress }: SampleTask): number => progress?.percent ?? 50;
  const steps = ({ progress }: SampleTask): number => progress?.totalSteps ?? 0;
  const [runningTask] = [...(running?.nodes ?? [])].sort((a, b) => percent(a) - percent(b));
  const [failedTask] = [...(failed?.nodes ?? [])].sort((a, b) => steps(b) - steps(a));
  const task = failedTask ?? recent?.nodes[0];
  return {
    kinds: new Set(taskSources.map(({ kind }) => kind)),
    untrackedSource: taskSources.find(({ capabilities }) => !capabilities.list)?.name ?? null,
    runningId: runningTask?.id ?? null,
    taskId: task?.id ?? null,
    sourceName: task?.source.name ?? null,
    sourceTaskId: task?.sourceTaskId ?? null,
  };
}

/** Examples that only make sense where there is a source of this kind. */
const kindOfExample: ReadonlyMap<string, string> = new Map([
  ['astra-backup-children', 'ASTRA'],
  ['credentials-tasks', 'VCF'],
]);

/** Whether an example fits the configured sources; every example does as long as these are unknown. */
export function fitsSources({ file }: ExampleOperation, sample: Sample | null): boolean {
  if (sample === null) return true;
  if (file === 'track-task') return sample.untrackedSource !== null;
  const kind = kindOfExample.get(file);
  return kind === undefined || sample.kinds.has(kind);
}

/**
 * The variables of an example for the sources at hand, as JSON with comments. What only reads gets the id of a real task. What acts gets
 * none: the person chooses it, and nothing can be cancelled by one press of a key.
 */
export function fillVariables({ type, variables }: ExampleOperation, sample: Sample | null): string {
  if (variables === null) return '';
  const chosen: Readonly<Record<string, string | null | undefined>> =
    type === 'mutation'
      ? { sourceName: sample?.untrackedSource }
      : {
          id: type === 'subscription' ? sample?.runningId : sample?.taskId,
          sourceName: sample?.sourceName,
          sourceTaskId: sample?.sourceTaskId,
        };
  let isComplete = true;
  const filled: unknown = JSON.parse(variables, (key, value: unknown) => {
    if (Array.isArray(value)) return [];
    if (typeof value !== 'string') return value;
    const replacement = chosen[key] ?? '';
    if (replacement === '' && key !== 'reason') isComplete = false;
    return replacement;
  });
  const text = JSON.stringify(filled, null, 2);
  return type === 'mutation' || !isComplete ? `${hints[type]}\n${text}` : text;
}

const hints: Readonly<Record<ExampleOperation['type'], string>> = {
  query: '// Put the id of a task here. The other examples show ids.',
  subscription: '// Put the id of a task that runs here. ActiveTasks shows some.',
  mutation: '// Choose what to act on: other examples show the ids of tasks.',
};
