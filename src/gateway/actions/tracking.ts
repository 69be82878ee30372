import { randomUUID } from 'node:crypto';

import type { TrackTaskError } from '../../model/action-errors.js';
import { ForbiddenError } from '../../model/errors.js';
import { formatTaskId, parseGlobalId } from '../../model/global-id.js';
import { createOtherProblem, SourceProblemError } from '../../model/source-problem.js';
import type { AuditReason } from '../../store/audit-trail.js';
import type { TrackingRequest, TrackingStore } from '../../store/store.js';
import type { Caller } from '../access/caller.js';
import type { ActionRecorder, RecordedRequest } from './action-recorder.js';
import type { ActionTaskReader } from './action-task-reader.js';
import type { TrackTaskInput, UntrackTaskInput } from './inputs.js';
import type { TrackTaskPayload, UntrackTaskPayload } from './payloads.js';

/** What tracking works with. */
interface TrackingContext {
  readonly caller: Caller;
  readonly tasks: ActionTaskReader;
  readonly recorder: ActionRecorder;
  readonly store: TrackingStore;
  readonly now: () => number;
  /** Errors inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
}

/** Tracks and untracks, for one caller, tasks of planes that cannot list their tasks. */
export class Tracking {
  readonly #context: TrackingContext;

  constructor(context: TrackingContext) {
    this.#context = context;
  }

  /** The task is read first: an id that the plane does not know is not tracked. */
  async track({ sourceName, sourceTaskId, clientMutationId = null }: TrackTaskInput): Promise<TrackTaskPayload> {
    const { tasks, store } = this.#context;
    const request = createTrackingRequest('trackTask', formatTaskId(sourceName, sourceTaskId));
    const refuse = async (error: TrackTaskError, refusedFor?: AuditReason): Promise<TrackTaskPayload> => {
      await this.#recordRefusal(request, error, refusedFor);
      return { task: null, errors: [error], clientMutationId };
    };
    const cache = tasks.findCache(sourceName);
    if (cache === null) return refuse(sourceNotFoundError());
    await this.#checkRight(request, sourceName);
    if (cache.source.capabilities.list) return refuse(trackingNotNeededError(['input', 'sourceName']));
    const task = (await cache.read([sourceTaskId], tasks.freshness())).get(sourceTaskId) ?? null;
    if (task instanceof SourceProblemError) return refuse(sourceError(task), 'SOURCE_UNAVAILABLE');
    if (task === null) return refuse(notFoundError(request.taskId, ['input', 'sourceTaskId']));
    const isStored = await this.#write(request, (by) => store.track(sourceName, sourceTaskId, by).then(() => true));
    if (isStored === null) return refuse(notStoredError(['input', 'sourceTaskId']), 'LEDGER_UNAVAILABLE');
    cache.addToList(sourceTaskId);
    return { task, errors: [], clientMutationId };
  }

  async untrack({ id, clientMutationId = null }: UntrackTaskInput): Promise<UntrackTaskPayload> {
    const { tasks, store } = this.#context;
    const request = createTrackingRequest('untrackTask', id);
    const refuse = async (error: TrackTaskError, refusedFor?: AuditReason): Promise<UntrackTaskPayload> => {
      await this.#recordRefusal(request, error, refusedFor);
      return { untrackedTaskId: null, errors: [error], clientMutationId };
    };
    const taskId = parseGlobalId(id);
    const cache = taskId?.kind === 'task' ? tasks.findCache(taskId.sourceName) : null;
    if (taskId?.kind !== 'task' || cache === null) return refuse(notFoundError(id, ['input', 'id']));
    const { sourceName, sourceTaskId } = taskId;
    await this.#checkRight(request, sourceName);
    if (cache.source.capabilities.list) return refuse(trackingNotNeededError(['input', 'id']));
    const wasTracked = await this.#write(request, (by) => store.untrack(sourceName, sourceTaskId, by));
    if (wasTracked === null) return refuse(notStoredError(['input', 'id']), 'LEDGER_UNAVAILABLE');
    if (!wasTracked) return refuse(notFoundError(id, ['input', 'id']));
    cache.untrack(sourceTaskId);
    return { untrackedTaskId: id, errors: [], clientMutationId };
  }

  /**
   * Changes the store and logs the change. Null when the store failed: then nothing changed, and the audit trail has no
   * entry either.
   */
  async #write(request: RecordedRequest, change: (by: TrackingRequest) => Promise<boolean>): Promise<boolean | null> {
    const { caller, recorder, now, report } = this.#context;
    const auditId = randomUUID();
    try {
      const hasChanged = await change({ auditId, caller: caller.id, mutation: request.mutation, at: now() });
      if (hasChanged) recorder.log(request, auditId, 'ACCEPTED', []);
      return hasChanged;
    } catch (error) {
      report(error);
      return null;
    }
  }

  /** Throws a ForbiddenError for callers who may read the source and not track its tasks. */
  async #checkRight(request: RecordedRequest, sourceName: string): Promise<void> {
    if (this.#context.caller.may('track', sourceName)) return;
    await this.#context.recorder.recordRefusals([{ ...request, refusedFor: ['DENIED'], appearsInTaskHistory: false }]);
    throw new ForbiddenError('You may not track tasks of this source.');
  }

  async #recordRefusal(request: RecordedRequest, error: TrackTaskError, refusedFor?: AuditReason): Promise<void> {
    const reasons = refusedFor && { refusedFor: [refusedFor] };
    await this.#context.recorder.recordRefusal(request, { error, appearsInTaskHistory: false, ...reasons });
  }
}

function createTrackingRequest(mutation: 'trackTask' | 'untrackTask', taskId: string): RecordedRequest {
  return { mutation, action: mutation === 'trackTask' ? 'TRACK' : 'UNTRACK', taskId, reason: null, claimId: null };
}

function sourceNotFoundError(): TrackTaskError {
  const message = 'There is no such source, or you may not read it.';
  return { __typename: 'TaskSourceNotFoundError', message, path: ['input', 'sourceName'] };
}

function trackingNotNeededError(path: readonly string[]): TrackTaskError {
  return { __typename: 'TaskTrackingNotNeededError', message: 'This plane lists its tasks; they need no tracking.', path };
}

function notFoundError(taskId: string, path: readonly string[]): TrackTaskError {
  return { __typename: 'TaskNotFoundError', message: 'There is no such task, it is not tracked, or you may not read it.', path, taskId };
}

function notStoredError(path: readonly string[]): TrackTaskError {
  const message = 'The gateway cannot write to its store now, so nothing was changed; try again later.';
  return { __typename: 'TaskSourceError', message, path, problem: createOtherProblem(message), isRetryable: true, retryAfterMs: null };
}

function sourceError({ problem, message, retryAfterMs, isRetryable }: SourceProblemError): TrackTaskError {
  return { __typename: 'TaskSourceError', message, path: ['input', 'sourceTaskId'], problem, isRetryable, retryAfterMs };
}
