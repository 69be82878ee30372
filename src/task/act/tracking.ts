import { randomUUID } from 'node:crypto';

import type { ReasonWord } from '../audit/reason-word.js';
import { ForbiddenError } from '../error/forbidden-error.js';
import { SourceProblemError } from '../error/source-problem-error.js';
import type { Ledger, TrackingRequest } from '../ledger.js';
import { parseId, taskIdOf } from '../model/id.js';
import type { View } from '../read/view/view.js';
import type { ActionRoom } from './action-room.js';
import type { TrackTaskError } from './track-task-error.js';
import type { TrackTaskInput } from './track-task-input.js';
import type { TrackTaskPayload } from './track-task-payload.js';
import type { UntrackTaskInput } from './untrack-task-input.js';
import type { UntrackTaskPayload } from './untrack-task-payload.js';
import { whyOf } from './why-of.js';

interface AskedTracking {
  readonly mutation: 'trackTask' | 'untrackTask';
  readonly action: 'TRACK' | 'UNTRACK';
  readonly taskId: string;
}

/** Remembers and forgets the ids of tasks on planes that cannot list, for one caller. */
export class Tracking {
  readonly #room: ActionRoom;

  constructor(room: ActionRoom) {
    this.#room = room;
  }

  /** The task is read first: an id that the plane does not know is not remembered. */
  async track({ sourceName, sourceTaskId, clientMutationId = null }: TrackTaskInput): Promise<TrackTaskPayload> {
    const asked = { mutation: 'trackTask', action: 'TRACK', taskId: taskIdOf(sourceName, sourceTaskId) } as const;
    const refuse = async (error: TrackTaskError, because = whyOf(error)): Promise<TrackTaskPayload> => {
      await this.#recordRefusal(asked, because);
      return { task: null, errors: [error], clientMutationId };
    };
    const view = this.#viewOf(sourceName);
    if (view === null) return refuse(sourceNotFound());
    await this.#checkRight(asked, sourceName);
    if (view.source.capabilities.list) return refuse(trackingNotNeeded(['input', 'sourceName']));
    const answer = (await view.read([sourceTaskId], { since: this.#room.now(), maxAgeMs: this.#room.maxAgeMs })).get(sourceTaskId) ?? null;
    if (answer instanceof SourceProblemError) return refuse(sourceError(answer), ['SOURCE_UNAVAILABLE']);
    if (answer === null) return refuse(notFound(asked.taskId, ['input', 'sourceTaskId']));
    const tracked = await this.#kept(asked, (ledger, by) => ledger.track(sourceName, sourceTaskId, by));
    if (tracked === null) return refuse(notKept(['input', 'sourceTaskId']), ['LEDGER_UNAVAILABLE']);
    this.#tell(asked, tracked.auditId);
    view.enlist(sourceTaskId);
    return { task: answer, errors: [], clientMutationId };
  }

  async untrack({ id, clientMutationId = null }: UntrackTaskInput): Promise<UntrackTaskPayload> {
    const asked = { mutation: 'untrackTask', action: 'UNTRACK', taskId: id } as const;
    const refuse = async (error: TrackTaskError, because = whyOf(error)): Promise<UntrackTaskPayload> => {
      await this.#recordRefusal(asked, because);
      return { untrackedTaskId: null, errors: [error], clientMutationId };
    };
    const place = parseId(id);
    const view = place?.of === 'task' ? this.#viewOf(place.sourceName) : null;
    if (place?.of !== 'task' || view === null) return refuse(notFound(id, ['input', 'id']));
    await this.#checkRight(asked, place.sourceName);
    if (view.source.capabilities.list) return refuse(trackingNotNeeded(['input', 'id']));
    const untracked = await this.#kept(asked, (ledger, by) => ledger.untrack(place.sourceName, place.localId, by));
    if (untracked === null) return refuse(notKept(['input', 'id']), ['LEDGER_UNAVAILABLE']);
    if (!untracked.value) return refuse(notFound(id, ['input', 'id']));
    this.#tell(asked, untracked.auditId);
    view.untrack(place.localId);
    return { untrackedTaskId: id, errors: [], clientMutationId };
  }

  /** Null when the ledger failed: then it is neither done nor in the trail. */
  async #kept<Value>(
    { mutation }: AskedTracking,
    job: (ledger: Ledger, by: TrackingRequest) => Promise<Value>,
  ): Promise<{ readonly value: Value; readonly auditId: string } | null> {
    const { ledger, caller, now, report } = this.#room;
    const auditId = randomUUID();
    try {
      return { value: await job(ledger, { auditId, caller: caller.id, mutation, at: now() }), auditId };
    } catch (error) {
      report(error);
      return null;
    }
  }

  #tell({ mutation, taskId }: AskedTracking, auditId: string): void {
    const { caller, log } = this.#room;
    log.acted({ auditId, caller: caller.id, mutation, taskId, outcome: 'ACCEPTED', because: [], reason: null });
  }

  async #recordRefusal(asked: AskedTracking, refusedFor: readonly ReasonWord[]): Promise<void> {
    const { caller, now, refusals } = this.#room;
    await refusals.record([{ ...asked, caller: caller.id, reason: null, claimId: null, at: now(), refusedFor, isOfTask: false }]);
  }

  /** Null when there is no such source that the caller may read. */
  #viewOf(sourceName: string): View | null {
    const { views, caller } = this.#room;
    return caller.may('read', sourceName) ? (views.get(sourceName) ?? null) : null;
  }

  /** Throws a ForbiddenError for those who may read the source and track nothing. */
  async #checkRight(asked: AskedTracking, sourceName: string): Promise<void> {
    if (this.#room.caller.may('track', sourceName)) return;
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

function notKept(path: readonly string[]): TrackTaskError {
  const message = 'The gateway cannot write to its store now, so nothing was changed; try again later.';
  const problem = { kind: 'OTHER', message, httpStatus: null, referenceToken: null } as const;
  return { __typename: 'TaskSourceError', message, path, problem, isRetryable: true, retryAfterMs: null };
}

function sourceError({ problem, message, retryAfterMs, isRetryable }: SourceProblemError): TrackTaskError {
  return { __typename: 'TaskSourceError', message, path: ['input', 'sourceTaskId'], problem, isRetryable, retryAfterMs };
}
