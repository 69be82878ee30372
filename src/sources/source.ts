import { createHash } from 'node:crypto';

import type { ActionCommand, ActionResponse, TaskActionBlocker } from '../model/action.js';
import type { JsonObject } from '../model/scalars.js';
import type { TaskSourceCircuit } from '../model/source-health.js';
import type { SourceProblemError, TaskSourceProblem } from '../model/source-problem.js';
import type { TaskSourceCapabilities } from '../model/task-source.js';
import type { Task, TranslatedTask } from '../model/task.js';

/**
 * The port: all that the gateway asks of one configured plane. Every method ends when its signal aborts;
 * what goes wrong at the plane is a SourceProblemError.
 */
export interface Source {
  /** As configured; unique. */
  readonly name: string;
  /** Upper-case kind of its module, a value of TaskSourceKind. */
  readonly kind: string;
  /** For people. */
  readonly displayName: string;
  /** How long a read of this plane may take in all, in milliseconds. */
  readonly timeoutMs: number;
  readonly capabilities: TaskSourceCapabilities;
  /** False: a finished task stays as it is, so it is never asked for again. */
  readonly finishedTasksChange: boolean;

  /** Ids at the plane that the configuration wants tracked from the start; for planes that cannot list. */
  readonly initialTaskIds?: readonly string[];

  /** Whether this could be an id at the plane. Nothing else is ever sent to it. */
  isTaskId(sourceTaskId: string): boolean;

  /** How many calls `list` takes when so many tasks are known; null when it was never listed. */
  estimateListCalls(knownCount: number | null): number;
  /** How many calls `read` takes for so many ids. */
  estimateReadCalls(idCount: number): number;

  /** All tasks of the plane, or all tracked ones where the plane cannot list. */
  list(request: ListRequest): Promise<ListResponse>;
  /**
   * What is new since a whole list that it gave before, with the fewest calls; absent where a list takes no more of them.
   * The source decides by itself whether what it remembers of that list will do; where it does not, it reads the whole.
   */
  refresh?(request: RefreshRequest): Promise<RefreshResponse>;
  /** These tasks; an answer for each id: null when the plane does not have it, an error when it did not say. */
  read(ids: readonly string[], request: ReadRequest): Promise<ReadonlyMap<string, UntranslatedTask | SourceProblemError | null>>;
  /** The tasks that are part of another one; absent where parts come inside the task itself. */
  readChildren?(parentId: string, request: ReadRequest): Promise<readonly UntranslatedTask[]>;

  /**
   * What of a finished task's payload is needed to judge and to act, and must stay in memory; the rest is read again by id when
   * somebody asks for it. Absent: payloads stay whole.
   */
  payloadToKeep?(task: TranslatedTask): JsonObject;

  /** What the plane will do, in one sentence; null when it has no such call. */
  describeEffect(command: ActionCommand, task: TranslatedTask): string | null;
  /** Every reason in the task itself, or in what the plane can do, against an action. */
  findBlockers(command: ActionCommand, task: TranslatedTask): readonly TaskActionBlocker[];
  /** Sends one request. Never called while there is a blocker. It never throws for what the plane answers. */
  act(command: ActionCommand, task: TranslatedTask, signal: AbortSignal): Promise<ActionResponse>;

  /** State of the circuit breaker towards the plane, now; absent where there is none, which is CLOSED for ever. */
  circuit?(): TaskSourceCircuit;

  /** Milliseconds until the plane is asked again, because its circuit breaker refuses; 0 when it would be now. Absent: always 0. */
  circuitOpenForMs?(): number;

  /** Closes connections; running calls fail. */
  close(): Promise<void>;
}

export interface ReadRequest {
  /** Aborts at the deadline, or when nobody waits any more. */
  readonly signal: AbortSignal;
  /** What was last known of a task, by its id at the plane. */
  cachedTask(sourceTaskId: string): Task | undefined;
}

export interface ListRequest extends ReadRequest {
  /** Ids at the plane that are remembered because it cannot list; empty where it can. */
  readonly trackedIds: readonly string[];
}

export interface RefreshRequest extends ReadRequest {
  /** Tasks that must be looked at, wherever they stand: they are not finished, or were acted on and have yet to show it. */
  readonly idsToRecheck: readonly string[];
}

/** What a refresh brought: the whole list all the same, or the news since the last one. */
export type RefreshResponse = { readonly kind: 'complete'; readonly answer: ListResponse } | ListDelta;

/** Tasks that the news do not mention are as they were. */
export interface ListDelta {
  readonly kind: 'delta';
  /** New tasks and those that were looked at; `unchanged` those that could not be. */
  readonly answer: ListResponse;
  /** Ids that were looked for, and are no longer at the plane. */
  readonly gone: readonly string[];
}

export interface ListResponse {
  readonly tasks: readonly UntranslatedTask[];
  /** Ids that are still there and were not asked for, because they cannot have changed or could not be read this time. */
  readonly unchanged: readonly string[];
  /** Items that could not be read and were left out. */
  readonly malformedCount: number;
  /** False when a limit cut it, or a part of it failed. */
  readonly isComplete: boolean;
  /** What failed, where a part did. */
  readonly problem: TaskSourceProblem | null;
}

/** One task as its plane sent it, checked but not yet translated. */
export interface UntranslatedTask {
  /** The id at the plane. */
  readonly sourceTaskId: string;
  /** Two readings of a task say the same when these are equal, as `computeFingerprint` makes them; then nothing is translated again. */
  readonly fingerprint: string;
  /** Pure; never throws. */
  translate(): TranslatedTask<Task>;
}

/**
 * A digest of what a plane sent of one task, as JSON text: short, so that it costs less memory than the text, and equal
 * for equal text. A plane that sends the same fields in another order gives another one.
 */
export function computeFingerprint(sent: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sent) ?? '')
    .digest('base64url');
}
