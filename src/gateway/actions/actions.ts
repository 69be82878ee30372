import { mapConcurrent } from '../../lib/map-concurrent.js';
import type { ActionCommand, TaskActionAvailability } from '../../model/action.js';
import type { Task } from '../../model/task.js';
import type { IdempotencyRecord } from '../../store/idempotency-store.js';
import { type ActionContext, type ActionRequest, prefetchTasks, readTask, resolveTaskId } from './action-context.js';
import { findInputError, mayRequestAction, refundActionQuota, takeActionQuota, withReadRightsOnly } from './admission.js';
import { checkAvailability } from './blockers.js';
import { describeKeyRefusal, type Idempotency } from './idempotency.js';
import type { ActionInput, BulkActionInput } from './inputs.js';
import { ActionPayloadFields } from './payloads.js';
import { performAction } from './perform-action.js';
import { recordRefusal } from './refusal.js';

/** What one action came to. */
interface PerformedAction {
  readonly payload: ActionPayloadFields;
  /** By this mutation; a repeated answer is not. */
  readonly isSent: boolean;
}

/** How many actions of one bulk mutation are under way at a time. */
const bulkConcurrency = 4;

/** What recording an action may take in all, in milliseconds. */
const storeMs = 5_000;

/** Acts for one caller, one operation long. */
export class Actions {
  readonly #context: ActionContext;
  readonly #idempotency: Idempotency;

  constructor(room: ActionContext, idempotency: Idempotency) {
    this.#context = room;
    this.#idempotency = idempotency;
  }

  /** Whether the caller may act on a task now, and if not, every reason. */
  availability(command: ActionCommand, task: Task): TaskActionAvailability {
    const source = this.#context.caches.get(task.sourceName)?.source;
    if (source === undefined)
      return { isAllowed: false, blockers: [{ code: 'OTHER', message: 'Its source is not configured.' }], effect: null };
    return checkAvailability(command, { task, source, caller: this.#context.caller, pendingActions: this.#context.pendingActions });
  }

  /** One action on one task. */
  async act(mutation: string, command: ActionCommand, input: ActionInput): Promise<ActionPayloadFields> {
    await this.#admit(mutation, command, { ...input, ids: [input.id] });
    const acted = await this.#actOnOne(mutation, command, input, ['input', 'id']);
    refundActionQuota([acted], this.#context);
    return acted.payload;
  }

  /** The same action on many tasks; results have the length and order of the ids, and a repeated id repeats its result. */
  async actOnMany(mutation: string, command: ActionCommand, input: BulkActionInput): Promise<readonly ActionPayloadFields[]> {
    await this.#admit(mutation, command, input);
    const distinct = [...new Set(input.ids)];
    await prefetchTasks(distinct, this.#context);
    const acted = await mapConcurrent(distinct, bulkConcurrency, (id) =>
      this.#actOnOne(mutation, command, { ...input, id }, ['input', 'ids', String(input.ids.indexOf(id))]),
    );
    refundActionQuota(acted, this.#context);
    const byId = new Map(distinct.map((id, index) => [id, acted[index]?.payload]));
    return input.ids.flatMap((id) => byId.get(id) ?? []);
  }

  /** Throws what refuses a mutation as a whole, after it was written down for each of its tasks. */
  async #admit(mutation: string, { action }: ActionCommand, input: BulkActionInput): Promise<void> {
    const { caller, now, refusals } = this.#context;
    const ids = [...new Set(input.ids)];
    const unfit = findInputError(input);
    const refused = unfit ?? takeActionQuota(ids.length, this.#context);
    if (refused === null) return;
    // Words that are not fit to be kept are not.
    const reason = unfit === null ? (input.reason ?? null) : null;
    const asked = { caller: caller.id, mutation, action, reason, claimId: null, at: now() };
    await refusals.record(
      ids.map((taskId) => ({ ...asked, taskId, refusedFor: [refused.code], appearsInTaskHistory: this.#mayReadWholeSource(taskId) })),
    );
    throw refused;
  }

  #actOnOne(mutation: string, command: ActionCommand, input: ActionInput, path: readonly string[]): Promise<PerformedAction> {
    const request = { mutation, command, taskId: input.id, reason: input.reason ?? null, path };
    if (input.idempotencyKey == null) return this.#perform({ ...request, claimId: null }, this.#context);
    if (mayRequestAction(command, input.id, this.#context)) return this.#performWithKey(request, input.idempotencyKey);
    // It would be refused in any case: that takes no key, and shows no kept answer. A right that is given meanwhile changes nothing.
    return this.#perform({ ...request, claimId: null }, withReadRightsOnly(this.#context));
  }

  async #perform(request: ActionRequest, room: ActionContext): Promise<PerformedAction> {
    const { isSent, ...result } = await performAction(request, room);
    return { payload: { taskId: request.taskId, ...result, isRepeat: false }, isSent };
  }

  async #performWithKey(request: Omit<ActionRequest, 'claimId'>, idempotencyKey: string): Promise<PerformedAction> {
    const { mutation, command, taskId, reason, path } = request;
    let first: PerformedAction | null = null;
    const keyed = await this.#idempotency.run({
      key: { caller: this.#context.caller.id, mutation, taskId, idempotencyKey },
      callerToken: this.#callerToken(taskId),
      input: [command.input?.value ?? null, reason],
      path,
      maxDurationMs: this.#maxDurationMs(taskId),
      act: async (claimId, inputHash): Promise<IdempotencyRecord> => {
        first = await this.#perform({ ...request, claimId }, this.#context);
        const { outcome, errors, auditId } = first.payload;
        return { inputHash, outcome, errors, auditId };
      },
    });
    if (keyed.kind === 'first' && first !== null) return first;
    const task = await this.#readCurrentTask(taskId);
    if (!('answer' in keyed)) {
      const refused = { ...describeKeyRefusal(keyed.kind, path), appearsInTaskHistory: task !== null };
      const auditId = await recordRefusal({ ...request, claimId: null }, refused, this.#context);
      return { payload: { taskId, outcome: 'REJECTED', task, errors: [refused.error], auditId, isRepeat: false }, isSent: false };
    }
    // It is the answer to an action that has its entry.
    const { outcome, errors, auditId } = keyed.answer;
    return { payload: { taskId, outcome, task, errors, auditId, isRepeat: true }, isSent: false };
  }

  /** Reading the task, once more where it is locked, sending, reading it again, and what the store takes; without a source nothing is sent. */
  #maxDurationMs(taskId: string): number {
    return 5 * (resolveTaskId(taskId, this.#context)?.cache.source.timeoutMs ?? 0) + storeMs;
  }

  /** The caller's own token of the source of the task, where it takes those. */
  #callerToken(taskId: string): string | null {
    const name = resolveTaskId(taskId, this.#context)?.cache.source.name;
    if (name === undefined || !this.#context.takesOwnTokens(name)) return null;
    return this.#context.caller.sourceToken?.(name) ?? null;
  }

  /** Whether the caller may read every task of that source; what their own token would show is not known before it is read. */
  #mayReadWholeSource(taskId: string): boolean {
    const name = resolveTaskId(taskId, this.#context)?.cache.source.name;
    return name !== undefined && !this.#context.takesOwnTokens(name);
  }

  async #readCurrentTask(taskId: string): Promise<Task | null> {
    const place = resolveTaskId(taskId, this.#context);
    const answer = place === null ? null : await readTask(place, this.#context.maxAgeMs, this.#context);
    return answer instanceof Error ? null : answer;
  }
}
