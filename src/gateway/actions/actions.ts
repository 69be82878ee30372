import { mapConcurrent } from '../../lib/map-concurrent.js';
import type { RateLimiter } from '../../lib/rate-limiter.js';
import type { ActionCommand, TaskActionAvailability } from '../../model/action.js';
import { LimitExceededError, RateLimitedError } from '../../model/errors.js';
import type { Task } from '../../model/task.js';
import type { Caller } from '../access/caller.js';
import { type ActionRequest, toRecordedRequest } from './action-recorder.js';
import type { TaskLocation } from './action-task-reader.js';
import { checkAvailability, rightByAction } from './blockers.js';
import { describeKeyRefusal, type Idempotency } from './idempotency.js';
import { type ActionInput, type BulkActionInput, findInputError } from './inputs.js';
import { bulkConcurrency } from './limits.js';
import type { ActionPayloadFields } from './payloads.js';
import { type ActionContext, type ActionResult, performAction } from './perform-action.js';

/** The result of one action, or of the earlier one that it repeats. */
interface RepeatableResult extends ActionResult {
  readonly isRepeat: boolean;
}

/** How long recording an action may take in all, in milliseconds. */
const storeMs = 5_000;

/** Performs the actions of one operation of one caller. */
export class Actions {
  readonly #context: ActionContext;
  readonly #idempotency: Idempotency;
  /** Actions that each caller may still send, by caller id. */
  readonly #quota: RateLimiter;

  constructor(context: ActionContext, idempotency: Idempotency, quota: RateLimiter) {
    this.#context = context;
    this.#idempotency = idempotency;
    this.#quota = quota;
  }

  /** Whether the caller may act on a task now, and if not, every reason: the mutation refuses the action for the same ones. */
  availability(command: ActionCommand, task: Task): TaskActionAvailability | Promise<TaskActionAvailability> {
    const isRecordable = this.#context.storeHealth.check();
    if (typeof isRecordable === 'boolean') return this.#checkAvailability(command, task, isRecordable);
    return isRecordable.then((known) => this.#checkAvailability(command, task, known));
  }

  /** Performs an action on one task. */
  async act(mutation: string, command: ActionCommand, input: ActionInput): Promise<ActionPayloadFields> {
    await this.#admit(mutation, command, { ...input, ids: [input.id] });
    const result = await this.#actOnOne(mutation, command, input, ['input', 'id']);
    this.#refundQuota([result]);
    return toPayload(input.id, result);
  }

  /**
   * Performs the same action on several tasks. There is one result for each id, in their order; a repeated id repeats
   * its result.
   */
  async actOnMany(mutation: string, command: ActionCommand, input: BulkActionInput): Promise<readonly ActionPayloadFields[]> {
    await this.#admit(mutation, command, input);
    const distinctIds = [...new Set(input.ids)];
    await this.#context.tasks.prefetch(distinctIds);
    const results = await mapConcurrent(distinctIds, bulkConcurrency, async (id): Promise<[string, RepeatableResult]> => {
      const path = ['input', 'ids', String(input.ids.indexOf(id))];
      return [id, await this.#actOnOne(mutation, command, { ...input, id }, path)];
    });
    this.#refundQuota(results.map(([, result]) => result));
    const payloads = new Map(results.map(([id, result]) => [id, toPayload(id, result)]));
    return input.ids.flatMap((id) => payloads.get(id) ?? []);
  }

  #checkAvailability(command: ActionCommand, task: Task, isRecordable: boolean): TaskActionAvailability {
    const { caller, tasks, pendingActions } = this.#context;
    const source = tasks.sourceOf(task);
    if (source === undefined)
      return { isAllowed: false, blockers: [{ code: 'OTHER', message: 'The source of the task is not configured.' }], effect: null };
    const isBusy = (one: Task): boolean => pendingActions.isBusy(tasks.lastObserved(one));
    const quotaWaitMs = this.#quota.waitMs(caller.id, 1);
    return checkAvailability(command, { task, source, caller, isBusy, isRecordable, quotaWaitMs });
  }

  /** Throws the error that refuses a mutation as a whole, after the refusal is recorded for each of its tasks. */
  async #admit(mutation: string, { action }: ActionCommand, input: BulkActionInput): Promise<void> {
    const { recorder, tasks } = this.#context;
    const taskIds = [...new Set(input.ids)];
    const inputError = findInputError(input);
    const error = inputError ?? this.#takeQuota(taskIds.length);
    if (error === null) return;
    // A reason that is not valid is not recorded either.
    const reason = inputError === null ? (input.reason ?? null) : null;
    await recorder.recordRefusals(
      taskIds.map((taskId) => ({
        mutation,
        action,
        taskId,
        reason,
        claimId: null,
        refusedFor: [error.code],
        // The task has not been read: where callers send their own tokens, nothing shows that this one may see it.
        appearsInTaskHistory: tasks.locate(taskId)?.usesCallerTokens === false,
      })),
    );
    throw error;
  }

  /** Takes so many actions from the quota of the caller, all or none, before anything is read. */
  #takeQuota(count: number): RateLimitedError | LimitExceededError | null {
    const waitMs = this.#quota.take(this.#context.caller.id, count);
    if (waitMs === Infinity) return new LimitExceededError('The mutation acts on more tasks than limits.actionsPerMinute allows.');
    return waitMs > 0 ? new RateLimitedError('actionsPerMinute', waitMs) : null;
  }

  /** Gives back what was not sent to a plane. */
  #refundQuota(results: readonly ActionResult[]): void {
    this.#quota.refund(this.#context.caller.id, results.filter(({ isSent }) => !isSent).length);
  }

  async #actOnOne(mutation: string, command: ActionCommand, input: ActionInput, path: readonly string[]): Promise<RepeatableResult> {
    const request = { mutation, command, taskId: input.id, reason: input.reason ?? null, claimId: null, path };
    if (input.idempotencyKey == null) return { ...(await performAction(request, this.#context)), isRepeat: false };
    const { caller, tasks } = this.#context;
    const location = tasks.locate(input.id);
    if (mayRequestAction(command, location, caller)) return this.#actWithKey(request, input.idempotencyKey, location);
    // The action is refused in any case, so that it uses no key and shows no record; a right that is granted meanwhile
    // changes nothing.
    const context = { ...this.#context, caller: withReadRightsOnly(caller) };
    return { ...(await performAction(request, context)), isRepeat: false };
  }

  async #actWithKey(request: ActionRequest, idempotencyKey: string, location: TaskLocation | null): Promise<RepeatableResult> {
    const { mutation, command, taskId, reason, path } = request;
    const { caller, recorder } = this.#context;
    const result = await this.#idempotency.run({
      key: { caller: caller.id, mutation, taskId, idempotencyKey },
      callerToken: findCallerToken(location, caller),
      input: [command.input?.value ?? null, reason],
      path,
      maxDurationMs: estimateMaxDurationMs(location),
      act: (claimId) => performAction({ ...request, claimId }, this.#context),
    });
    if (result.kind === 'first') return { ...result.result, isRepeat: false };
    const task = await this.#readTask(taskId);
    if (result.kind === 'repeated') {
      const { outcome, errors, auditId } = result.record;
      return { outcome, errors, auditId, task, isSent: false, isRepeat: true };
    }
    const refusal = describeKeyRefusal(result.kind, path);
    const auditId = await recorder.recordRefusal(toRecordedRequest(request), { ...refusal, appearsInTaskHistory: task !== null });
    return { outcome: 'REJECTED', errors: [refusal.error], auditId, task, isSent: false, isRepeat: false };
  }

  async #readTask(taskId: string): Promise<Task | null> {
    const { tasks } = this.#context;
    const location = tasks.locate(taskId);
    const task = location === null ? null : await tasks.read(location);
    return task instanceof Error ? null : task;
  }
}

function toPayload(taskId: string, { outcome, task, errors, auditId, isRepeat }: RepeatableResult): ActionPayloadFields {
  return { taskId, outcome, task, errors, auditId, isRepeat };
}

/**
 * Whether the caller may request the action, whatever the task: the source exists, they may read it and act on it, and
 * where it takes tokens of callers, they sent one.
 */
function mayRequestAction({ action }: ActionCommand, location: TaskLocation | null, caller: Caller): boolean {
  if (location === null || !caller.may(rightByAction[action], location.cache.source.name)) return false;
  return !location.usesCallerTokens || findCallerToken(location, caller) !== null;
}

/** The caller without any right but to read, whatever is granted while the operation runs. */
function withReadRightsOnly(caller: Caller): Caller {
  return { id: caller.id, may: (right, sourceName) => right === 'read' && caller.may(right, sourceName) };
}

/** The caller's own token of the source, where it takes those. */
function findCallerToken(location: TaskLocation | null, caller: Caller): string | null {
  if (location === null || !location.usesCallerTokens) return null;
  return caller.sourceToken?.(location.cache.source.name) ?? null;
}

/** Time for five requests to the plane (reads before, under the lock and after, and the action) and for the store. */
function estimateMaxDurationMs(location: TaskLocation | null): number {
  return 5 * (location?.cache.source.timeoutMs ?? 0) + storeMs;
}
