import { randomUUID } from 'node:crypto';

import type { TrackTaskError } from '../../model/action-errors.js';
import { ForbiddenError } from '../../model/errors.js';
import { formatTaskId, parseGlobalId } from '../../model/global-id.js';
import { createOtherProblem, SourceProblemError } from '../../model/source-problem.js';
import type { AuditReason } from '../../store/audit-trail.js';
import type { TrackingRequest, TrackingStore } from '../../store/store.js';
import type { SourceCache } from '../cache/source-cache.js';
import type { ActionContext } from './action-context.js';
import type { TrackTaskInput, UntrackTaskInput } from './inputs.js';
import type { TrackTaskPayload, UntrackTaskPayload } from './payloads.js';
import { toAuditReasons } from './refusal.js';

interface TrackingAttempt {
  readonly mutation: 'trackTask' | 'untrackTask';
  readonly action: 'TRACK' | 'UNTRACK';
  readonly taskId: string;
}

/** Remembers and forgets the ids of tasks on planes that cannot list, for one caller. */
export class Tracking {
  readonly #context: ActionContext;
  readonly #tracked: TrackingStore;

  constructor(room: ActionContext, tracked: TrackingStore) {
    this.#context = room;
    this.#tracked = tracked;
  }

  /** The task is read first: an id that the plane does not know is not remembered. */
  async track({ sourceName, sourceTaskId, clientMutationId = null }: TrackTaskInput): Promise<TrackTaskPayload> {
    const asked = { mutation: 'trackTask', action: 'TRACK', taskId: formatTaskId(sourceName, sourceTaskId) } as const;
    const refuse = async (error: TrackTaskError, because = toAuditReasons(error)): Promise<TrackTaskPayload> => {
      await this.#recordRefusal(asked, because);
      return { task: null, errors: [error], clientMutationId };
    };
    const view = this.#findReadableSource(sourceName);
    if (view === null) return refuse(sourceNotFound());
    await this.#checkRight(asked, sourceName);
    if (view.source.capabilities.list) return refuse(trackingNotNeeded(['input', 'sourceName']));
    const answer =
      (await view.read([sourceTaskId], { since: this.#context.now(), maxAgeMs: this.#context.maxAgeMs })).get(sourceTaskId) ?? null;
    if (answer instanceof SourceProblemError) return refuse(sourceError(answer), ['SOURCE_UNAVAILABLE']);
    if (answer === null) return refuse(notFound(asked.taskId, ['input', 'sourceTaskId']));
    const tracked = await this.#store(asked, (by) => this.#tracked.track(sourceName, sourceTaskId, by));
    if (tracked === null) return refuse(notStored(['input', 'sourceTaskId']), ['LEDGER_UNAVAILABLE']);
    this.#logSuccess(asked, tracked.auditId);
    view.addToList(sourceTaskId);
    return { task: answer, errors: [], clientMutationId };
  }

  async untrack({ id, clientMutationId = null }: UntrackTaskInput): Promise<UntrackTaskPayload> {
    const asked = { mutation: 'untrackTask', action: 'UNTRACK', taskId: id } as const;
    const refuse = async (error: TrackTaskError, because = toAuditReasons(error)): Promise<UntrackTaskPayload> => {
      await this.#recordRefusal(asked, because);
      return { untrackedTaskId: null, errors: [error], clientMutationId };
    };
    const place = parseGlobalId(id);
    const view = place?.kind === 'task' ? this.#findReadableSource(place.sourceName) : null;
    if (place?.kind !== 'task' || view === null) return refuse(notFound(id, ['input', 'id']));
    await this.#checkRight(asked, place.sourceName);
    if (view.source.capabilities.list) return refuse(trackingNotNeeded(['input', 'id']));
    const untracked = await this.#store(asked, (by) => this.#tracked.untrack(place.sourceName, place.sourceTaskId, by));
    if (untracked === null) return refuse(notStored(['input', 'id']), ['LEDGER_UNAVAILABLE']);
    if (!untracked.value) return refuse(notFound(id, ['input', 'id']));
    this.#logSuccess(asked, untracked.auditId);
    view.untrack(place.sourceTaskId);
    return { untrackedTaskId: id, errors: [], clientMutationId };
  }

  /** Null when the store failed: then it is neither done nor in the trail. */
  async #store<Value>(
    { mutation }: TrackingAttempt,
    job: (by: TrackingRequest) => Promise<Value>,
  ): Promise<{ readonly value: Value; readonly auditId: string } | null> {
    const { caller, now, report } = this.#context;
    const auditId = randomUUID();
    try {
      return { value: await job({ auditId, caller: caller.id, mutation, at: now() }), auditId };
    } catch (error) {
      report(error);
      return null;
    }
  }

  #logSuccess({ mutation, taskId }: TrackingAttempt, auditId: string): void {
    const { caller, log } = this.#context;
    log.acted({ auditId, caller: caller.id, mutation, taskId, outcome: 'ACCEPTED', because: [], reason: null });
  }

  async #recordRefusal(asked: TrackingAttempt, refusedFor: readonly AuditReason[]): Promise<void> {
    const { caller, now, refusals } = this.#context;
    await refusals.record([
      { ...asked, caller: caller.id, reason: null, claimId: null, at: now(), refusedFor, appearsInTaskHistory: false },
    ]);
  }

  /** Null when there is no such source that the caller may read. */
  #findReadableSource(sourceName: string): SourceCache | null {
    const { caches: views, caller } = this.#context;
    return caller.may('read', sourceName) ? (views.get(sourceName) ?? null) : null;
  }

  /** Throws a ForbiddenError for those who may read the source and track nothing. */
  async #checkRight(asked: TrackingAttempt, sourceName: string): Promise<void> {
    if (this.#context.caller.may('track', sourceName)) return;
    await this.#recordRefusal(asked, ['DENIED']);
    throw new ForbiddenError('You may not track tasks of this source.');
  }
}

function sourceNotFound(): TrackTaskError {
  return {
    __typename: 'TaskSourceNotFoundError',
    message: 'There is no such source, or you may not read it.',
    path: ['input', 'sourceName'],
  };
}

function trackingNotNeeded(path: readonly string[]): TrackTaskError {
  return { __typename: 'TaskTrackingNotNeededError', message: 'This plane lists its tasks; they need no tracking.', path };
}

function notFound(taskId: string, path: readonly string[]): TrackTaskError {
  return { __typename: 'TaskNotFoundError', message: 'There is no such task, it is not tracked, or you may not read it.', path, taskId };
}

function notStored(path: readonly string[]): TrackTaskError {
  const message = 'The gateway cannot write to its store now, so nothing was changed; try again later.';
  const problem = createOtherProblem(message);
  return { __typename: 'TaskSourceError', message, path, problem, isRetryable: true, retryAfterMs: null };
}

function sourceError({ problem, message, retryAfterMs, isRetryable }: SourceProblemError): TrackTaskError {
  return { __typename: 'TaskSourceError', message, path: ['input', 'sourceTaskId'], problem, isRetryable, retryAfterMs };
}
