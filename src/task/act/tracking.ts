import { ForbiddenError } from '../error/forbidden-error.js';
import { SourceProblemError } from '../error/source-problem-error.js';
import type { Ledger } from '../ledger.js';
import { parseId, taskIdOf } from '../model/id.js';
import type { View } from '../read/view/view.js';
import type { ActionRoom } from './action-room.js';
import type { TrackTaskError } from './track-task-error.js';
import type { TrackTaskInput } from './track-task-input.js';
import type { TrackTaskPayload } from './track-task-payload.js';
import type { UntrackTaskInput } from './untrack-task-input.js';
import type { UntrackTaskPayload } from './untrack-task-payload.js';

/** Remembers and forgets the ids of tasks on planes that cannot list, for one caller. */
export class Tracking {
  readonly #room: ActionRoom;

  constructor(room: ActionRoom) {
    this.#room = room;
  }

  /** The task is read first: an id that the plane does not know is not remembered. */
  async track({ sourceName, sourceTaskId, clientMutationId = null }: TrackTaskInput): Promise<TrackTaskPayload> {
    const refuse = (error: TrackTaskError): TrackTaskPayload => ({ task: null, errors: [error], clientMutationId });
    const view = this.#viewOf(sourceName);
    if (view === null) return refuse(sourceNotFound());
    if (view.source.capabilities.list) return refuse(trackingNotNeeded(['input', 'sourceName']));
    const answer = (await view.read([sourceTaskId], { since: this.#room.now(), maxAgeMs: this.#room.maxAgeMs })).get(sourceTaskId) ?? null;
    if (answer instanceof SourceProblemError) return refuse(sourceError(answer));
    if (answer === null) return refuse(notFound(taskIdOf(sourceName, sourceTaskId), ['input', 'sourceTaskId']));
    if ((await this.#kept((ledger) => ledger.track(sourceName, sourceTaskId))) === null) return refuse(notKept(['input', 'sourceTaskId']));
    view.enlist(sourceTaskId);
    return { task: answer, errors: [], clientMutationId };
  }

  async untrack({ id, clientMutationId = null }: UntrackTaskInput): Promise<UntrackTaskPayload> {
    const refuse = (error: TrackTaskError): UntrackTaskPayload => ({ untrackedTaskId: null, errors: [error], clientMutationId });
    const place = parseId(id);
    const view = place?.of === 'task' ? this.#viewOf(place.sourceName) : null;
    if (place?.of !== 'task' || view === null) return refuse(notFound(id, ['input', 'id']));
    if (view.source.capabilities.list) return refuse(trackingNotNeeded(['input', 'id']));
    const untracked = await this.#kept((ledger) => ledger.untrack(place.sourceName, place.localId));
    if (untracked === null) return refuse(notKept(['input', 'id']));
    if (!untracked.value) return refuse(notFound(id, ['input', 'id']));
    view.untrack(place.localId);
    return { untrackedTaskId: id, errors: [], clientMutationId };
  }

  /** Null when the ledger failed. */
  async #kept<Value>(job: (ledger: Ledger) => Promise<Value>): Promise<{ readonly value: Value } | null> {
    try {
      return { value: await job(this.#room.ledger) };
    } catch (error) {
      this.#room.report(error);
      return null;
    }
  }

  /** Null when there is no such source that the caller may read. Throws a ForbiddenError when they may read it and track nothing. */
  #viewOf(sourceName: string): View | null {
    const { views, caller } = this.#room;
    const view = caller.may('read', sourceName) ? (views.get(sourceName) ?? null) : null;
    if (view !== null && !caller.may('track', sourceName)) throw new ForbiddenError('You may not track tasks of this source.');
    return view;
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
