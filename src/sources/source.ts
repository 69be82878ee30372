import { createHash } from 'node:crypto';

import { mapConcurrent } from '../lib/map-concurrent.js';
import { runInSlices, type Steps } from '../lib/slices.js';
import type { ActionCommand, ActionResponse, TaskActionBlocker } from '../model/action.js';
import type { JsonObject } from '../model/scalars.js';
import type { TaskSourceCircuit } from '../model/source-health.js';
import { createOtherProblem, SourceProblemError, type TaskSourceProblem } from '../model/source-problem.js';
import type { TaskSourceCapabilities } from '../model/task-source.js';
import type { Task, TranslatedTask } from '../model/task.js';
import type { ListLimits } from '../upstream/source-settings.js';

/**
 * The port: everything that the gateway asks of one configured plane. To support a new kind of plane, implement this
 * interface and describe it with a `SourceModule`. Every method ends when its signal aborts, and problems of the plane
 * are SourceProblemErrors.
 *
 * @example
 * export class CoffeeSource implements Source {
 *   readonly kind = 'COFFEE';
 *   readonly name: string;
 *   readonly displayName: string;
 *   readonly timeoutMs: number;
 *   readonly capabilities = { list: true, retry: false, cancel: false, subtasks: false, progress: false };
 *   readonly finishedTasksChange = false;
 *   readonly actions = createReadOnlyActions(() => 'The machine has no such call; press the button on its front.');
 *   readonly upstream: UpstreamClient;
 *
 *   constructor(common: SourceSettings, settings: CoffeeSettings) {
 *     this.name = common.name;
 *     this.displayName = common.displayName;
 *     this.timeoutMs = common.transport.timeoutMs;
 *     this.upstream = new UpstreamClient(common);
 *   }
 *
 *   isTaskId(sourceTaskId: string): boolean {
 *     return /^[a-z0-9]{1,20}$/.test(sourceTaskId);
 *   }
 *   estimateListCalls(): number {
 *     return 1;
 *   }
 *   estimateReadCalls(idCount: number): number {
 *     return idCount;
 *   }
 *   async list({ signal }: ListRequest): Promise<ListResponse> {
 *     const response = await this.upstream.send({ method: 'GET', path: ['brews'], signal });
 *     …
 *   }
 *   read(ids: readonly string[], { signal }: ReadRequest): Promise<ReadResults> {
 *     return readEach(ids, (id) => this.#readOne(id, signal));
 *   }
 * }
 */
export interface Source extends SourceDescription, TaskReader, CallEstimates {
  readonly actions: SourceActions;
  readonly upstream: Upstream;
}

/** What the source is, without a call to its plane. */
interface SourceDescription {
  /** As configured; unique. */
  readonly name: string;
  /** Kind of its module in upper case, a value of TaskSourceKind. */
  readonly kind: string;
  /** Human-readable. */
  readonly displayName: string;
  /** Milliseconds that a read of this plane may take in all. */
  readonly timeoutMs: number;
  readonly capabilities: TaskSourceCapabilities;
  /** Ids that the configuration tracks from the start, for planes that cannot list. */
  readonly initialTaskIds?: readonly string[];
}

/** Reading tasks. */
interface TaskReader {
  /** Whether finished tasks may still change at the plane. False: a finished task is never read again. */
  readonly finishedTasksChange: boolean;

  /** Whether this could be the id of a task at the plane. No other text is ever sent to it. */
  isTaskId(sourceTaskId: string): boolean;

  /** All tasks of the plane, or all tracked ones where the plane cannot list. */
  list(request: ListRequest): Promise<ListResponse>;

  /** These tasks, with a result for every id. */
  read(ids: readonly string[], request: ReadRequest): Promise<ReadResults>;

  /**
   * The changes since an earlier complete list, with as few calls as possible. The source decides whether what it
   * remembers of that list is still valid, and reads the whole list where it is not. Absent where a list takes no more
   * calls than a refresh would.
   */
  refresh?(request: RefreshRequest): Promise<RefreshResponse>;

  /** The tasks that are part of another one; absent where subtasks come inside their task. */
  readChildren?(parentId: string, request: ReadRequest): Promise<readonly UntranslatedTask[]>;

  /**
   * The part of a finished task's payload that actions and their blockers need. It stays in memory; the rest is read
   * again by id when somebody asks for it. Absent: payloads stay whole.
   */
  payloadToKeep?(task: TranslatedTask): JsonObject;
}

/** How many HTTP calls reads would take, so that the gateway can choose the cheaper way. */
interface CallEstimates {
  /** Calls of `list` when this many tasks are known; null when the plane was never listed. */
  estimateListCalls(knownCount: number | null): number;
  /** Calls of `read` for this many ids. */
  estimateReadCalls(idCount: number): number;
}

/** Acting on tasks. */
export interface SourceActions {
  /** What the plane will do, in one sentence; null when it has no such call. */
  describeEffect(command: ActionCommand, task: TranslatedTask): string | null;
  /** Every reason against the action that lies in the task, or in what the plane can do. */
  findBlockers(command: ActionCommand, task: TranslatedTask): readonly TaskActionBlocker[];
  /** Sends exactly one request. Not called while there is a blocker. It never rejects for what the plane answers. */
  act(command: ActionCommand, task: TranslatedTask, signal: AbortSignal): Promise<ActionResponse>;
}

/** What the gateway reads of the HTTP client of the plane. An UpstreamClient is one. */
export interface Upstream {
  /** State of its circuit breaker. */
  circuit(): TaskSourceCircuit;
  /** Milliseconds until the circuit breaker lets a call through; 0 when it does now. */
  circuitOpenForMs(): number;
  /** Milliseconds that the clock of the plane is ahead, to the second, by its last response; null while it is not known. */
  clockAheadMs(): number | null;
  /** Whether a call is in progress. */
  isBusy(): boolean;
  /** Gives back what is kept for the next call: connections, each as soon as no call uses it, and what the plane sent last. */
  releaseIdle(): Promise<void>;
  /** Closes its connections; running calls fail. */
  close(): Promise<void>;
}

export interface ReadRequest {
  /** Aborts at the deadline, or when the caller leaves. */
  readonly signal: AbortSignal;
  /** The task as it was last read, by its id at the plane. */
  cachedTask(sourceTaskId: string): Task | undefined;
}

export interface ListRequest extends ReadRequest {
  /** Ids at the plane that are tracked because it cannot list; empty where it can. */
  readonly trackedIds: readonly string[];
}

export interface RefreshRequest extends ReadRequest {
  /**
   * Tasks that must be read, wherever they are in the list: unfinished ones, and those whose action has not shown an
   * effect yet.
   */
  readonly idsToRecheck: readonly string[];
}

/** By id: the task, null when the plane does not have it, an error when it did not say. */
export type ReadResults = ReadonlyMap<string, ReadResult>;
export type ReadResult = UntranslatedTask | SourceProblemError | null;

/** The result of a refresh: the whole list after all, or the changes since the last one. */
export type RefreshResponse = { readonly kind: 'complete'; readonly list: ListResponse } | ListDelta;

/** Tasks that are not mentioned are as they were. */
export interface ListDelta {
  readonly kind: 'delta';
  /** New tasks, those that were read again, and in `unreadIds` those that should have been. */
  readonly list: ListResponse;
  /** Ids that were looked up and are no longer at the plane. */
  readonly goneIds: readonly string[];
}

export interface ListResponse {
  /** The same array as in the list before says that nothing in it has changed since; then it is not looked through. */
  readonly tasks: readonly UntranslatedTask[];
  /** Ids that are still there and were not read because they cannot have changed. Empty in a delta. */
  readonly unchangedIds: readonly string[];
  /**
   * Ids that were there when they were last read and should have been read again, but a read failed or a limit was
   * reached.
   */
  readonly unreadIds: readonly string[];
  /** Items that could not be read and were left out. */
  readonly malformedCount: number;
  /** False when a limit cut the list, or a part of it failed. */
  readonly isComplete: boolean;
  /** What failed, where a part did. */
  readonly problem: TaskSourceProblem | null;
}

/** One task as its plane sent it, validated but not yet translated. */
export interface UntranslatedTask {
  /** The id at the plane. */
  readonly sourceTaskId: string;
  /**
   * Equal fingerprints mean equal tasks, so that an unchanged task is not translated again; see `computeFingerprint`.
   */
  readonly fingerprint: string;
  /** Pure; never throws. Each call makes a new task, with parts of its own, which the cache completes. */
  translate(): TranslatedTask<Task>;
  /** The payload of the task, parsed again. Absent where what the plane sent does not stay in memory as text. */
  readPayload?(): JsonObject;
  /** The task is as it was, so that what was parsed to translate it need not stay in memory. */
  discard?(): void;
}

/**
 * A digest of what a plane sent of one task, as JSON text. It takes less memory than the text, and is equal for equal
 * text. The same fields in another order have another digest.
 */
export function computeFingerprint(payload: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(payload) ?? '')
    .digest('base64url');
}

/** The error of a read whose deadline passed while its response was read. */
function createLateError(): SourceProblemError {
  return new SourceProblemError('TIMEOUT', 'The answer of the plane came, and could not be read in time.');
}

/** Reads a response of a plane in slices, and rejects with a SourceProblemError when the signal of the read aborts. */
export function readInSlices<Result>(steps: Steps<Result>, signal: AbortSignal): Promise<Result> {
  return runInSlices(steps, () => {
    if (signal.aborted) throw createLateError();
  });
}

/** How much of one list is read, and how long a read may take in all, in milliseconds. */
export interface ListBounds extends ListLimits {
  readonly timeoutMs: number;
}

/** Share of the time of a read in which pages are read; in the rest, what came is made into a list. */
const shareOfPages = 0.8;

/**
 * For the calls of a list after its first one: aborts with the signal of the read, and before that when so much time has passed that no
 * further page could be used. What came until then is kept.
 */
export function createPagesSignal(signal: AbortSignal, { timeoutMs }: ListBounds): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(Math.round(timeoutMs * shareOfPages))]);
}

/** Why a list ends although its plane announces more. */
export function createEndlessPagesProblem(): TaskSourceProblem {
  return new SourceProblemError('MALFORMED_RESPONSE', 'The plane names further pages, and they bring nothing new.', { httpStatus: 200 })
    .problem;
}

/**
 * Single tasks that one read or list asks for at the same time. One fewer than the failed calls that open a circuit, so that
 * tasks that are read together and time out together do not; the other connections to a plane are left to other reads.
 */
export const maxConcurrentTaskReads = 9;

/**
 * Reads tasks one by one, several at a time. A SourceProblemError of one id is the result of that id and fails no
 * other.
 */
export async function readEach(ids: readonly string[], readOne: (id: string) => Promise<UntranslatedTask | null>): Promise<ReadResults> {
  const results = await mapConcurrent(new Set(ids), maxConcurrentTaskReads, async (id): Promise<readonly [string, ReadResult]> => {
    try {
      return [id, await readOne(id)];
    } catch (error) {
      if (error instanceof SourceProblemError) return [id, error];
      throw error;
    }
  });
  return new Map(results);
}

/** The actions of a plane that has none. `explain` says so, and what to do at the plane instead. */
export function createReadOnlyActions(explain: (command: ActionCommand, task: TranslatedTask) => string): SourceActions {
  return {
    describeEffect: () => null,
    findBlockers: (command, task) => [{ code: 'NOT_SUPPORTED_BY_SOURCE', message: explain(command, task) }],
    // Not reached, because there is always a blocker.
    act: (command, task) => {
      const problem = createOtherProblem(explain(command, task));
      return Promise.resolve({ outcome: 'REJECTED', reason: 'PROBLEM', problem, isRetryable: false, retryAfterMs: null });
    },
  };
}
