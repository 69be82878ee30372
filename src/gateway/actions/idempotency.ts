import { createHmac } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';

import type { TaskActionError } from '../../model/action-errors.js';
import type { TaskActionOutcome } from '../../model/action.js';
import { SecretText } from '../../model/secret.js';
import { createOtherProblem } from '../../model/source-problem.js';
import {
  type IdempotencyClaim,
  type IdempotencyKey,
  type IdempotencyRecord,
  idempotencyRetention,
  type IdempotencyStore,
  type PendingClaim,
} from '../../store/idempotency-store.js';
import { createBlocker } from './blockers.js';
import type { RefusalDetails } from './refusal.js';

/** An action that is to happen once for all requests with the same key. */
export interface IdempotentRequest {
  readonly key: IdempotencyKey;
  /** The caller's own token, where the source takes those; the key belongs to it, too. */
  readonly callerToken: string | null;
  /** What the key stands for, beyond the task. */
  readonly input: unknown;
  /** Of the input field that names the task. */
  readonly path: readonly string[];
  /** How long `act` may take, in milliseconds: others wait so long for its answer. */
  readonly maxDurationMs: number;
  /** The intent is recorded under the claim, the answer is kept with the hash. */
  readonly act: (claimId: string, inputHash: string) => Promise<IdempotencyRecord>;
}

/**
 * What a key led to: a first answer, the kept one, a refusal because the input is another one, one because keys cannot be looked up, or one
 * because the caller has too many of them.
 */
export type IdempotencyResult =
  { readonly kind: 'first' | 'kept'; readonly answer: IdempotencyRecord } | { readonly kind: 'reused' | 'unavailable' | 'tooMany' };

export interface IdempotencyOptions {
  readonly store: IdempotencyStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly report: (error: unknown) => void;
}

/** So many keys of the last 24 hours one caller may have, so that nobody takes those of all others. */
const mostOfCaller = 10_000;

/** So many answers that the store could not keep are remembered here; then the oldest go. */
const maxUnsavedRecords = 10_000;

/** Milliseconds between two looks for the answer of another process. */
const claimPollMs = 100;

/** Makes requests with the same key have one answer, across processes: concurrent ones wait for the first, later ones get the kept one. */
export class Idempotency {
  readonly #options: IdempotencyOptions;
  readonly #inFlight = new Map<string, Promise<IdempotencyResult>>();
  /** What the store could not keep is remembered as long as the process lives, so that it is not sent twice. */
  readonly #unsaved = new Map<string, IdempotencyRecord>();
  #hashKey: Uint8Array | null = null;

  constructor(options: IdempotencyOptions) {
    this.#options = options;
  }

  /** Runs `act` unless an answer is kept or under way. */
  async run(request: IdempotentRequest): Promise<IdempotencyResult> {
    const { callerToken: ownToken, input } = request;
    try {
      this.#hashKey ??= await this.#options.store.inputHashKey();
    } catch (error) {
      this.#options.report(error);
      return { kind: 'unavailable' };
    }
    const inputHash = createHmac('sha256', this.#hashKey).update(JSON.stringify(input, revealSecrets)).digest('hex');
    const tokenHash = ownToken === null ? null : createHmac('sha256', this.#hashKey).update(JSON.stringify({ ownToken })).digest('hex');
    const key = { ...request.key, tokenHash };
    const name = JSON.stringify(key);
    const underWay = this.#inFlight.get(name);
    if (underWay !== undefined) return checkSameInput(await underWay, inputHash);
    const first = this.#runOnce({ ...request, key }, name, inputHash).finally(() => this.#inFlight.delete(name));
    this.#inFlight.set(name, first);
    const keyed = await first;
    return keyed.kind === 'kept' ? checkSameInput(keyed, inputHash) : keyed;
  }

  async #runOnce(request: IdempotentRequest, name: string, inputHash: string): Promise<IdempotencyResult> {
    const unkept = this.#unsaved.get(name);
    if (unkept !== undefined) return { kind: 'kept', answer: unkept };
    let claim: IdempotencyClaim;
    try {
      claim = await this.#claim(request, inputHash);
    } catch (error) {
      this.#options.report(error);
      return { kind: 'unavailable' };
    }
    if (claim.kind === 'recorded') return { kind: 'kept', answer: claim.record };
    if (claim.kind === 'limitReached') return { kind: 'tooMany' };
    if (claim.kind === 'pending') {
      const left = recoverAbandonedClaim(claim, request.path);
      return left === null ? { kind: 'unavailable' } : { kind: 'kept', answer: left };
    }
    const answer = await request.act(claim.claimId, inputHash);
    try {
      await this.#options.store.saveIdempotencyRecord(claim.claimId, answer);
    } catch (error) {
      this.#options.report(error);
      this.#remember(name, answer);
    }
    return { kind: 'first', answer };
  }

  /** Asks for the key. While another has it, its answer is waited for, as long as its action may take. */
  async #claim({ key, maxDurationMs: longestMs }: IdempotentRequest, inputHash: string): Promise<IdempotencyClaim> {
    const begun = performance.now();
    for (;;) {
      const at = this.#options.now();
      const claim = await this.#options.store.claimIdempotencyKey(key, {
        inputHash,
        at,
        abandonedSince: at - longestMs,
        maxKeysPerCaller: mostOfCaller,
      });
      // The clock of the other process may be wrong; that it makes no difference for longer than an action takes is measured here.
      const isOver = claim.kind !== 'pending' || at - claim.claimedAt >= longestMs || performance.now() - begun >= longestMs;
      if (isOver) return claim;
      await setTimeout(claimPollMs);
    }
  }

  #remember(name: string, answer: IdempotencyRecord): void {
    this.#unsaved.set(name, answer);
    const oldest = this.#unsaved.keys().next();
    if (this.#unsaved.size > maxUnsavedRecords && oldest.done !== true) this.#unsaved.delete(oldest.value);
  }
}

function checkSameInput(keyed: IdempotencyResult, inputHash: string): IdempotencyResult {
  if (!('answer' in keyed)) return keyed;
  return keyed.answer.inputHash === inputHash ? { kind: 'kept', answer: keyed.answer } : { kind: 'reused' };
}

/** SecretText prints itself as `[removed]`; two inputs that differ in a secret alone must differ here. */
function revealSecrets(this: unknown, key: string, value: unknown): unknown {
  const original = typeof this === 'object' && this !== null ? (Reflect.get(this, key) as unknown) : value;
  return original instanceof SecretText ? original.reveal() : value;
}

/**
 * What can be said of an action whose answer was never kept, because the process that sent it died or lost the store; null when
 * nothing was recorded under the key, so that nothing was sent.
 */
export function recoverAbandonedClaim({ inputHash, action }: PendingClaim, path: readonly string[]): IdempotencyRecord | null {
  if (action === null) return null;
  const outcome = action.outcome ?? 'UNKNOWN';
  return { inputHash, outcome, errors: errorsByOutcome[outcome](path), auditId: action.auditId };
}

const errorsByOutcome: Readonly<Record<TaskActionOutcome, (path: readonly string[]) => readonly TaskActionError[]>> = {
  ACCEPTED: () => [],
  REJECTED: (path) => {
    const message = 'The action was rejected; the reason was lost, because the gateway stopped at that moment.';
    return [{ __typename: 'TaskActionNotAllowedError', message, path, blockers: [{ code: 'OTHER', message }] }];
  },
  UNKNOWN: (path) => {
    const lost = 'The gateway stopped, or lost its store, before what became of the request was recorded.';
    const problem = createOtherProblem(lost);
    const message = `The request may have been sent and no answer says what became of it; it is not sent again. ${lost}`;
    return [{ __typename: 'TaskOutcomeUnknownError', message, path, problem, observedStatus: null }];
  },
};

/** Why an action was refused for its idempotency key. */
export function describeKeyRefusal(
  why: 'reused' | 'unavailable' | 'tooMany',
  path: readonly string[],
): Omit<RefusalDetails, 'appearsInTaskHistory'> {
  return keyRefusals[why](path);
}

const keyRefusals = {
  reused: () => {
    const message = 'This idempotency key was used before with another input; nothing was sent.';
    return { error: { __typename: 'IdempotencyKeyReusedError', message, path: ['input', 'idempotencyKey'] } };
  },
  unavailable: (path) => {
    const message = 'What became of this idempotency key cannot be looked up now, so nothing was sent; try again later.';
    return { error: notAllowed(message, path, 'LEDGER_UNAVAILABLE') };
  },
  tooMany: (path) => {
    const message = `You have used as many idempotency keys in ${idempotencyRetention} as one caller may, so nothing was sent; try again later.`;
    return { error: notAllowed(message, path, 'OTHER'), refusedFor: ['RATE_LIMITED'] };
  },
} as const satisfies Record<string, (path: readonly string[]) => Omit<RefusalDetails, 'appearsInTaskHistory'>>;

function notAllowed(message: string, path: readonly string[], code: 'LEDGER_UNAVAILABLE' | 'OTHER'): TaskActionError {
  return { __typename: 'TaskActionNotAllowedError', message, path, blockers: [createBlocker(code, message)] };
}
