import { createHmac } from 'node:crypto';

import { type Scheduler, sleep } from '../../lib/scheduler.js';
import type { TaskActionError } from '../../model/action-errors.js';
import type { TaskActionOutcome } from '../../model/action.js';
import { SecretText } from '../../model/secret.js';
import { createOtherProblem } from '../../model/source-problem.js';
import {
  type IdempotencyClaim,
  type IdempotencyKey,
  type IdempotencyRecord,
  idempotencyRetentionText,
  type IdempotencyStore,
  type PendingClaim,
} from '../../store/idempotency-store.js';
import type { RefusalDetails } from './action-recorder.js';
import { createBlocker, createNotAllowedError } from './blockers.js';
import { maxKeysPerCaller } from './limits.js';

/** What is recorded of the result of an action. */
type RecordableResult = Omit<IdempotencyRecord, 'inputHash'>;

/** An action that is performed once for all requests with the same idempotency key. */
interface IdempotentRequest<Result extends RecordableResult> {
  readonly key: Omit<IdempotencyKey, 'tokenHash'>;
  /** The caller's own token, where the source takes those; the key belongs to it, too. */
  readonly callerToken: string | null;
  /** What the key stands for, beyond the task. */
  readonly input: unknown;
  /** Path of the input field that names the task. */
  readonly path: readonly string[];
  /** How long `act` may take, in milliseconds; other requests wait so long for its result. */
  readonly maxDurationMs: number;
  /** Performs the action; its intent is recorded under the claim. */
  readonly act: (claimId: string) => Promise<Result>;
}

/** What a request with an idempotency key came to. */
type IdempotencyResult<Result> =
  /** The action was performed now. */
  | { readonly kind: 'first'; readonly result: Result; readonly record: IdempotencyRecord }
  /** The record of an earlier request. */
  | { readonly kind: 'repeated'; readonly record: IdempotencyRecord }
  | { readonly kind: KeyRefusal };

/** Why a key is refused: it was used with another input; the store failed; the caller has too many keys. */
type KeyRefusal = 'inputMismatch' | 'unavailable' | 'limitReached';

interface IdempotencyOptions {
  readonly store: IdempotencyStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly scheduler: Scheduler;
  /** Errors inside the gateway, for the log. */
  readonly report: (error: unknown) => void;
}

/** Records that the store did not take. The oldest expire first, so they are dropped first: no LRU. */
const maxUnsavedRecords = 10_000;

/** Pause between two attempts to get the record of another process, in milliseconds. */
const claimPollMs = 100;

/**
 * Gives requests with the same idempotency key one result, across all processes. Concurrent requests wait for the first
 * one, later ones get its record. The rest of the policy is in `store/idempotency-store.ts`: what a key is valid for,
 * how long it is kept, and when another request may take its claim over.
 */
export class Idempotency {
  readonly #options: IdempotencyOptions;
  readonly #inFlight = new Map<string, Promise<IdempotencyResult<unknown>>>();
  /**
   * Records that the store did not take. They are kept as long as the process lives, so that their actions are not sent
   * twice.
   */
  readonly #unsaved = new Map<string, IdempotencyRecord>();
  #hashKey: Uint8Array | null = null;

  constructor(options: IdempotencyOptions) {
    this.#options = options;
  }

  /** Performs the action unless the key has a record, or a request with it is in flight. */
  async run<Result extends RecordableResult>(request: IdempotentRequest<Result>): Promise<IdempotencyResult<Result>> {
    const { callerToken, input } = request;
    try {
      this.#hashKey ??= await this.#options.store.readInputHashKey();
    } catch (error) {
      this.#options.report(error);
      return { kind: 'unavailable' };
    }
    const inputHash = hmac(this.#hashKey, JSON.stringify(input, revealSecrets));
    // The names in this JSON are hashed into keys that are stored: renaming one would forget them, and an action could
    // be sent twice.
    const tokenHash = callerToken === null ? null : hmac(this.#hashKey, JSON.stringify({ ownToken: callerToken }));
    const key: IdempotencyKey = { ...request.key, tokenHash };
    const name = JSON.stringify(key);
    const inFlight = this.#inFlight.get(name);
    if (inFlight !== undefined) return toRepeated(await inFlight, inputHash);
    const started = this.#runOnce(request, key, name, inputHash).finally(() => this.#inFlight.delete(name));
    this.#inFlight.set(name, started);
    const result = await started;
    return result.kind === 'repeated' ? toRepeated(result, inputHash) : result;
  }

  async #runOnce<Result extends RecordableResult>(
    request: IdempotentRequest<Result>,
    key: IdempotencyKey,
    name: string,
    inputHash: string,
  ): Promise<IdempotencyResult<Result>> {
    const unsaved = this.#unsaved.get(name);
    if (unsaved !== undefined) return { kind: 'repeated', record: unsaved };
    const claim = await this.#claim(key, inputHash, request.maxDurationMs);
    switch (claim.kind) {
      case 'recorded':
        return { kind: 'repeated', record: claim.record };
      case 'pending': {
        const record = recoverAbandonedClaim(claim, request.path);
        return record === null ? { kind: 'unavailable' } : { kind: 'repeated', record };
      }
      case 'claimed': {
        const result = await request.act(claim.claimId);
        const { outcome, errors, auditId } = result;
        const record = { inputHash, outcome, errors, auditId };
        await this.#save(claim.claimId, name, record);
        return { kind: 'first', result, record };
      }
      default:
        return claim;
    }
  }

  /** Claims the key. While another request holds it, its record is awaited for as long as its action may take. */
  async #claim(
    key: IdempotencyKey,
    inputHash: string,
    maxDurationMs: number,
  ): Promise<IdempotencyClaim | { readonly kind: 'unavailable' }> {
    const { store, now, scheduler, report } = this.#options;
    // The claim bears the time of another process, whose clock may be wrong: waiting ends by this process's timer in
    // any case.
    const timeout = new AbortController();
    const cancelTimeout = scheduler.after(maxDurationMs, () => timeout.abort());
    try {
      for (;;) {
        const at = now();
        const claim = await store.claimIdempotencyKey(key, { inputHash, at, abandonedSince: at - maxDurationMs, maxKeysPerCaller });
        if (claim.kind !== 'pending' || at - claim.claimedAt >= maxDurationMs || timeout.signal.aborted) return claim;
        await sleep(claimPollMs, scheduler, timeout.signal);
      }
    } catch (error) {
      report(error);
      return { kind: 'unavailable' };
    } finally {
      cancelTimeout();
    }
  }

  async #save(claimId: string, name: string, record: IdempotencyRecord): Promise<void> {
    try {
      await this.#options.store.saveIdempotencyRecord(claimId, record);
    } catch (error) {
      this.#options.report(error);
      this.#unsaved.set(name, record);
      const [oldest] = this.#unsaved.keys();
      if (this.#unsaved.size > maxUnsavedRecords && oldest !== undefined) this.#unsaved.delete(oldest);
    }
  }
}

function hmac(hashKey: Uint8Array, text: string): string {
  return createHmac('sha256', hashKey).update(text).digest('hex');
}

/** The result as a request with this input may have it that did not perform the action itself. */
function toRepeated(result: IdempotencyResult<unknown>, inputHash: string): IdempotencyResult<never> {
  if (result.kind !== 'first' && result.kind !== 'repeated') return result;
  return result.record.inputHash === inputHash ? { kind: 'repeated', record: result.record } : { kind: 'inputMismatch' };
}

/** Makes JSON.stringify write secrets instead of `[removed]`, so that inputs that differ only in a secret differ. */
function revealSecrets(this: unknown, key: string, value: unknown): unknown {
  const original = typeof this === 'object' && this !== null ? (Reflect.get(this, key) as unknown) : value;
  return original instanceof SecretText ? original.reveal() : value;
}

/**
 * The evidence about an action whose record was never saved, because the process that sent it died or lost its store.
 * Null when no action was recorded under the claim, so that nothing was sent.
 */
function recoverAbandonedClaim({ inputHash, action }: PendingClaim, path: readonly string[]): IdempotencyRecord | null {
  if (action === null) return null;
  const outcome = action.outcome ?? 'UNKNOWN';
  return { inputHash, outcome, errors: errorsByOutcome[outcome](path), auditId: action.auditId };
}

const errorsByOutcome: Readonly<Record<TaskActionOutcome, (path: readonly string[]) => readonly TaskActionError[]>> = {
  ACCEPTED: () => [],
  REJECTED: (path) => {
    const message = 'The action was rejected; the reason was lost, because the gateway stopped at that moment.';
    return [createNotAllowedError([createBlocker('OTHER', message)], path)];
  },
  UNKNOWN: (path) => {
    const problem = createOtherProblem('The gateway stopped, or lost its store, before the outcome of the request was recorded.');
    const message = `The request may have been sent, and its outcome is unknown; it is not sent again. ${problem.message}`;
    return [{ __typename: 'TaskOutcomeUnknownError', message, path, problem, observedStatus: null }];
  },
};

/** The error of a refused key, and its reasons in the audit trail. */
export function describeKeyRefusal(
  kind: KeyRefusal,
  path: readonly string[],
): Pick<RefusalDetails, 'refusedFor'> & { readonly error: TaskActionError } {
  switch (kind) {
    case 'inputMismatch': {
      const message = 'This idempotency key was used before with another input; nothing was sent.';
      return { error: { __typename: 'IdempotencyKeyReusedError', message, path: ['input', 'idempotencyKey'] } };
    }
    case 'unavailable': {
      const message = 'The gateway cannot look up this idempotency key now, so nothing was sent; try again later.';
      return { error: createNotAllowedError([createBlocker('LEDGER_UNAVAILABLE', message)], path) };
    }
    case 'limitReached': {
      const message = `You have used as many idempotency keys in ${idempotencyRetentionText} as one caller may, so nothing was sent; try again later.`;
      return { error: createNotAllowedError([createBlocker('OTHER', message)], path), refusedFor: ['RATE_LIMITED'] };
    }
  }
}
