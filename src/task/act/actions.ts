import type { KeptAnswer } from '../ledger.js';
import type { Task } from '../model/task.js';
import type { ActionCommand } from './action-command.js';
import type { ActionInput, BulkActionInput } from './action-input.js';
import type { ActionRequest } from './action-request.js';
import { availabilityOf } from './blockers-of.js';
import type { TaskActionAvailability } from './availability.js';
import type { Idempotency } from './idempotency.js';
import { inOrder } from '../in-order.js';
import type { TaskActionPayload } from './payload.js';
import type { ActionRoom } from './action-room.js';
import { mayAct } from './may-act.js';
import { readingOnly } from './reading-only.js';
import { giveBackRation, takeRation } from './ration.js';
import { keyRefusal } from './key-refusal.js';
import { recordRefusal } from './record-refusal.js';
import { unfitInput } from './unfit-input.js';
import { performAction } from './perform-action.js';
import { placeOf, readTask, readTogether } from './place.js';

/** The fields of a payload, whatever its type. */
export type ActionPayloadFields = Omit<TaskActionPayload, '__typename'>;

/** What one action came to. */
interface Acted {
  readonly payload: ActionPayloadFields;
  /** By this mutation; a repeated answer is not. */
  readonly isSent: boolean;
}

/** How many actions of one bulk mutation are under way at a time. */
const bulkParallelism = 4;

/** What recording an action may take in all, in milliseconds. */
const ledgerMs = 5_000;

/** Acts for one caller, one operation long. */
export class Actions {
  readonly #room: ActionRoom;
  readonly #idempotency: Idempotency;

  constructor(room: ActionRoom, idempotency: Idempotency) {
    this.#room = room;
    this.#idempotency = idempotency;
  }

  /** Whether the caller may act on a task now, and if not, every reason. */
  availability(command: ActionCommand, task: Task): TaskActionAvailability {
    const source = this.#room.views.get(task.sourceName)?.source;
    if (source === undefined)
      return { isAllowed: false, blockers: [{ code: 'OTHER', message: 'Its source is not configured.' }], effect: null };
    return availabilityOf(command, { task, source, caller: this.#room.caller, guard: this.#room.guard });
  }

  /** One action on one task. */
  async act(mutation: string, command: ActionCommand, input: ActionInput): Promise<ActionPayloadFields> {
    await this.#admit(mutation, command, { ...input, ids: [input.id] });
    const acted = await this.#one(mutation, command, input, ['input', 'id']);
    giveBackRation([acted], this.#room);
    return acted.payload;
  }

  /** The same action on many tasks; results have the length and order of the ids, and a repeated id repeats its result. */
  async actOnMany(mutation: string, command: ActionCommand, input: BulkActionInput): Promise<readonly ActionPayloadFields[]> {
    await this.#admit(mutation, command, input);
    const distinct = [...new Set(input.ids)];
    await readTogether(distinct, this.#room);
    const acted = await inOrder(distinct, bulkParallelism, (id) =>
      this.#one(mutation, command, { ...input, id }, ['input', 'ids', String(input.ids.indexOf(id))]),
    );
    giveBackRation(acted, this.#room);
    const byId = new Map(distinct.map((id, index) => [id, acted[index]?.payload]));
    return input.ids.flatMap((id) => byId.get(id) ?? []);
  }

  /** Throws what refuses a mutation as a whole, after it was written down for each of its tasks. */
  async #admit(mutation: string, { action }: ActionCommand, input: BulkActionInput): Promise<void> {
    const { caller, now, refusals } = this.#room;
    const ids = [...new Set(input.ids)];
    const unfit = unfitInput(input);
    const refused = unfit ?? takeRation(ids.length, this.#room);
    if (refused === null) return;
    // Words that are not fit to be kept are not.
    const reason = unfit === null ? (input.reason ?? null) : null;
    const asked = { caller: caller.id, mutation, action, reason, claimId: null, at: now() };
    await refusals.record(ids.map((taskId) => ({ ...asked, taskId, refusedFor: [refused.code], isOfTask: this.#isShownAll(taskId) })));
    throw refused;
  }

  #one(mutation: string, command: ActionCommand, input: ActionInput, path: readonly string[]): Promise<Acted> {
    const request = { mutation, command, taskId: input.id, reason: input.reason ?? null, path };
    if (input.idempotencyKey == null) return this.#first({ ...request, claimId: null }, this.#room);
    if (mayAct(command, input.id, this.#room)) return this.#keyed(request, input.idempotencyKey);
    // It would be refused in any case: that takes no key, and shows no kept answer. A right that is given meanwhile changes nothing.
    return this.#first({ ...request, claimId: null }, readingOnly(this.#room));
  }

  async #first(request: ActionRequest, room: ActionRoom): Promise<Acted> {
    const { isSent, ...result } = await performAction(request, room);
    return { payload: { taskId: request.taskId, ...result, isRepeat: false }, isSent };
  }

  async #keyed(request: Omit<ActionRequest, 'claimId'>, idempotencyKey: string): Promise<Acted> {
    const { mutation, command, taskId, reason, path } = request;
    let first: Acted | null = null;
    const keyed = await this.#idempotency.run({
      key: { caller: this.#room.caller.id, mutation, taskId, idempotencyKey },
      ownToken: this.#ownToken(taskId),
      input: [command.input?.value ?? null, reason],
      path,
      longestMs: this.#longestMs(taskId),
      act: async (claimId, inputHash): Promise<KeptAnswer> => {
        first = await this.#first({ ...request, claimId }, this.#room);
        const { outcome, errors, auditId } = first.payload;
        return { inputHash, outcome, errors, auditId };
      },
    });
    if (keyed.is === 'first' && first !== null) return first;
    const task = await this.#current(taskId);
    if (!('answer' in keyed)) {
      const refused = { ...keyRefusal(keyed.is, path), isOfTask: task !== null };
      const auditId = await recordRefusal({ ...request, claimId: null }, refused, this.#room);
      return { payload: { taskId, outcome: 'REJECTED', task, errors: [refused.error], auditId, isRepeat: false }, isSent: false };
    }
    // It is the answer to an action that has its entry.
    const { outcome, errors, auditId } = keyed.answer;
    return { payload: { taskId, outcome, task, errors, auditId, isRepeat: true }, isSent: false };
  }

  /** Reading the task, once more where it is locked, sending, reading it again, and what the ledger takes; without a source nothing is sent. */
  #longestMs(taskId: string): number {
    return 5 * (placeOf(taskId, this.#room)?.view.source.timeoutMs ?? 0) + ledgerMs;
  }

  /** The caller's own token of the source of the task, where it takes those. */
  #ownToken(taskId: string): string | null {
    const name = placeOf(taskId, this.#room)?.view.source.name;
    if (name === undefined || !this.#room.takesOwnTokens(name)) return null;
    return this.#room.caller.sourceToken?.(name) ?? null;
  }

  /** Whether the caller may read every task of that source; what their own token would show is not known before it is read. */
  #isShownAll(taskId: string): boolean {
    const name = placeOf(taskId, this.#room)?.view.source.name;
    return name !== undefined && !this.#room.takesOwnTokens(name);
  }

  async #current(taskId: string): Promise<Task | null> {
    const place = placeOf(taskId, this.#room);
    const answer = place === null ? null : await readTask(place, this.#room.maxAgeMs, this.#room);
    return answer instanceof Error ? null : answer;
  }
}
