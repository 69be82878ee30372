import { BadUserInputError } from '../error/bad-user-input-error.js';
import type { KeptAnswer } from '../ledger.js';
import type { Task } from '../model/task.js';
import type { ActionCommand } from './action-command.js';
import { availabilityOf, blocker } from './blockers-of.js';
import type { TaskActionAvailability } from './availability.js';
import type { TaskActionError } from './error.js';
import type { Idempotency } from './idempotency.js';
import { inOrder } from '../in-order.js';
import type { TaskActionPayload } from './payload.js';
import type { ActionRoom } from './action-room.js';
import { rationed } from './rationed.js';
import { performAction } from './perform-action.js';
import { placeOf, readTask, readTogether } from './place.js';

/** What every mutation that acts on one task takes. */
export interface ActionInput {
  readonly id: string;
  readonly idempotencyKey?: string | null | undefined;
  readonly reason?: string | null | undefined;
}

/** What every mutation that acts on many takes. */
export interface BulkActionInput extends Omit<ActionInput, 'id'> {
  readonly ids: readonly string[];
}

/** The fields of a payload, whatever its type. */
export type ActionPayloadFields = Omit<TaskActionPayload, '__typename'>;

const mostIds = 100;
const longestReason = 2_000;

/** They could move the cursor of whoever reads the trail of actions, or turn its words around. */
const unfitForReason = /(?![\t\n\r])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u;

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
    const [result] = await rationed(1, this.#room, async (): Promise<[ActionPayloadFields]> => [
      await this.#one(mutation, command, input, ['input', 'id']),
    ]);
    return result;
  }

  /** The same action on many tasks; results have the length and order of the ids, and a repeated id repeats its result. */
  async actOnMany(mutation: string, command: ActionCommand, input: BulkActionInput): Promise<readonly ActionPayloadFields[]> {
    if (input.ids.length > mostIds) throw new BadUserInputError(`ids has at most ${mostIds} entries; there were ${input.ids.length}.`);
    const distinct = [...new Set(input.ids)];
    const results = await rationed(distinct.length, this.#room, async () => {
      await readTogether(distinct, this.#room);
      return inOrder(distinct, bulkParallelism, (id) =>
        this.#one(mutation, command, { ...input, id }, ['input', 'ids', String(input.ids.indexOf(id))]),
      );
    });
    const byId = new Map(distinct.map((id, index) => [id, results[index]]));
    return input.ids.flatMap((id) => byId.get(id) ?? []);
  }

  #one(mutation: string, command: ActionCommand, input: ActionInput, path: readonly string[]): Promise<ActionPayloadFields> {
    if ((input.reason?.length ?? 0) > longestReason) throw new BadUserInputError(`reason has at most ${longestReason} characters.`);
    if (unfitForReason.test(input.reason ?? '')) throw new BadUserInputError('reason has no control characters but tabs and line breaks.');
    return input.idempotencyKey == null
      ? this.#first(mutation, command, input, path, null)
      : this.#keyed(mutation, command, input, input.idempotencyKey, path);
  }

  async #first(
    mutation: string,
    command: ActionCommand,
    { id, reason }: ActionInput,
    path: readonly string[],
    claimId: string | null,
  ): Promise<ActionPayloadFields> {
    const result = await performAction({ mutation, command, taskId: id, reason: reason ?? null, claimId, path }, this.#room);
    return { taskId: id, ...result, isRepeat: false };
  }

  async #keyed(
    mutation: string,
    command: ActionCommand,
    input: ActionInput,
    idempotencyKey: string,
    path: readonly string[],
  ): Promise<ActionPayloadFields> {
    let first: ActionPayloadFields | null = null;
    const keyed = await this.#idempotency.run({
      key: { caller: this.#room.caller.id, mutation, taskId: input.id, idempotencyKey },
      input: [command.input?.value ?? null, input.reason ?? null],
      path,
      longestMs: this.#longestMs(input.id),
      act: async (claimId, inputHash): Promise<KeptAnswer> => {
        first = await this.#first(mutation, command, input, path, claimId);
        return { inputHash, outcome: first.outcome, errors: first.errors, auditId: first.auditId };
      },
    });
    if (keyed.is === 'first' && first !== null) return first;
    const task = await this.#current(input.id);
    if (!('answer' in keyed)) {
      const errors = [keyed.is === 'reused' ? keyReused() : ledgerUnavailable(path)];
      return { taskId: input.id, outcome: 'REJECTED', task, errors, auditId: null, isRepeat: false };
    }
    const { outcome, errors, auditId } = keyed.answer;
    return { taskId: input.id, outcome, task, errors, auditId, isRepeat: true };
  }

  /** Reading the task, once more where it is locked, sending, reading it again, and what the ledger takes; without a source nothing is sent. */
  #longestMs(taskId: string): number {
    return 5 * (placeOf(taskId, this.#room)?.view.source.timeoutMs ?? 0) + ledgerMs;
  }

  async #current(taskId: string): Promise<Task | null> {
    const place = placeOf(taskId, this.#room);
    const answer = place === null ? null : await readTask(place, this.#room.maxAgeMs, this.#room);
    return answer instanceof Error ? null : answer;
  }
}

function keyReused(): TaskActionError {
  const message = 'This idempotency key was used before with another input; nothing was sent.';
  return { __typename: 'IdempotencyKeyReusedError', message, path: ['input', 'idempotencyKey'] };
}

function ledgerUnavailable(path: readonly string[]): TaskActionError {
  const message = 'What became of this idempotency key cannot be looked up now, so nothing was sent; try again later.';
  return { __typename: 'TaskActionNotAllowedError', message, path, blockers: [blocker('LEDGER_UNAVAILABLE', message)] };
}
