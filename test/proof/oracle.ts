import type { TaskStatus } from '../../src/model/task-status.js';
import type { Answer } from './clients.js';
import { type ConnectionState, connectionStates } from './connection-states.js';
import type { Verdict } from './action-faults.js';
import { type ProofTask, statusOf } from './proof-plane.js';

/** What the plane knows of a task and what the clients were told of it. */
export interface Case {
  readonly task: ProofTask;
  readonly door: ConnectionState;
  readonly answers: readonly Answer[];
  /** Outcomes in the journal of the actions on it, in any order. */
  readonly journal: readonly string[];
}

export interface Judgement {
  /** The plane was asked again for what it may have done already. */
  readonly isDoubled: boolean;
  /** What the clients were told that is not so. */
  readonly wrong: readonly string[];
  /** The deadline passed before an answer, or the request itself, came through: UNKNOWN, and true. */
  readonly isLate: boolean;
  /** Requests for an action that arrived with a good token. */
  readonly sends: number;
  /** Requests of clients. */
  readonly asked: number;
  /** Those of them that the gateway tried to send. */
  readonly tried: number;
  /** Why requests were kept back. */
  readonly refusals: readonly string[];
}

/** Answers that say that the plane has done nothing. */
const harmless: ReadonlySet<unknown> = new Set([400, 401, 403, 404, 409, 422, 429, 'half a conflict']);

/** Judges by what the plane has written down alone. */
export function judge({ task, door, answers, journal }: Case): Judgement {
  const arrived = task.arrivals.filter(({ answer }) => answer !== 'refused the token');
  const risky = arrived.filter(({ answer }) => !harmless.has(answer));
  const firsts = answers.filter(({ isRepeat }) => !isRepeat);
  const sent = firsts.filter((answer) => verdictOf(answer) !== 'not sent');
  const isLate = sent.some((answer) => (isDeadline(answer) && task.fault.verdict !== 'UNKNOWN') || isLateAt(door, answer));
  // Some of them took longer to connect than they may, on a busy machine: what has arrived must be what the others sent.
  const isEachTold = arrived.length <= sent.filter((answer) => !isLateAt(door, answer)).length;
  const keyed = new Set(answers.flatMap(({ key }) => key ?? [])).size;
  const unkeyed = answers.filter(({ key }) => key === null).length;
  return {
    isDoubled: risky.length > 1 || isMoreThan(keyed + unkeyed, task) || task.arrivals.length - arrived.length > (task.fault.refusals ?? 0),
    wrong: [
      ...firsts.flatMap((answer) => wrongIn(answer, { task, door, answers: firsts }, { sends: arrived.length, isEachTold })),
      ...repeatsOf(answers),
      ...(door !== 'open' && task.arrivals.length > 0 ? ['it came in where no connection can'] : []),
      ...(isMoreThan(sent.length, task) ? ['more was sent than clients were told of'] : []),
      ...(same(
        firsts.map(({ outcome }) => outcome),
        journal,
      )
        ? []
        : [`the journal says ${journal.join()}`]),
    ],
    isLate,
    sends: arrived.length,
    asked: answers.length,
    tried: sent.length,
    refusals: firsts.flatMap(refusalsIn),
  };
}

/** An action whose token was refused is sent once more with a new one: each gateway has a token of its own, so that each may learn it. */
function isMoreThan(sent: number, { arrivals, fault }: ProofTask): boolean {
  if (fault.answer === 401) return arrivals.length > 2 * sent;
  return arrivals.filter(({ answer }) => answer !== 'refused the token').length > sent;
}

function wrongIn(
  answer: Answer,
  { task, door, answers }: Pick<Case, 'task' | 'door' | 'answers'>,
  { sends, isEachTold }: { readonly sends: number; readonly isEachTold: boolean },
): readonly string[] {
  const verdict = verdictOf(answer);
  const applied = task.arrivals.some(({ isApplied, action }) => isApplied && action === answer.action);
  // What another request of the same action has done, and was told of, says nothing of this one.
  const isOfAnother = answers.some((other) => other !== answer && other.action === answer.action && other.outcome !== 'REJECTED');
  const [error] = answer.errors;
  const wrong: string[] = [];
  if (answer.outcome === 'ACCEPTED' && !applied) wrong.push('ACCEPTED, and nothing was done');
  if (answer.outcome === 'REJECTED' && verdict !== 'not sent' && applied && !isOfAnother) wrong.push('REJECTED, and it was done');
  if (error?.__typename === 'TaskSourceError' && error.isRetryable && applied && !isOfAnother)
    wrong.push('said to be safe to repeat, and it was done');
  // After the deadline the request may have come to the plane later than the readings.
  const isTrue = isDeadline(answer) || observedOf(answer) === null || observedOf(answer) === statusOf[task.status];
  if (!isTrue) wrong.push(`observed ${observedOf(answer)}, and it is ${statusOf[task.status]}`);
  if (sends === 0 && door !== 'open') return [...wrong, ...wrongAt(door, answer)];
  const expected: readonly Verdict[] = sends === 0 ? ['TaskSourceError'] : [task.fault.verdict];
  const isDue = verdict === 'not sent' || expected.includes(verdict) || isDeadline(answer) || (isEachTold && isLateAt(door, answer));
  if (!isDue) wrong.push(`${verdict}, where ${expected.join(' or ')} is due`);
  return wrong;
}

/** What is wrong with an answer to one who came to a door that nothing gets through. */
function wrongAt(door: ConnectionState, answer: Answer): readonly string[] {
  const verdict = verdictOf(answer);
  if (verdict === 'not sent' || (verdict === 'UNKNOWN' && !connectionStates[door].isProof)) return [];
  const [error] = answer.errors;
  if (error?.__typename !== 'TaskSourceError') return [`${verdict}, where TaskSourceError is due: nothing was sent`];
  const isKnown = connectionStates[door].tells.includes(error.problem.kind) || isLateAt(door, answer);
  return [
    ...(error.isRetryable ? [] : ['nothing was sent, and it is not said to be safe to repeat']),
    ...(isKnown ? [] : [`${error.problem.kind}, where ${connectionStates[door].tells.join(' or ')} is due`]),
  ];
}

/** The deadline passed before the machine came to what is wrong with the door. */
function isLateAt(door: ConnectionState, { errors: [error] }: Answer): boolean {
  return error?.__typename === 'TaskSourceError' && error.problem.kind === 'TIMEOUT' && !connectionStates[door].tells.includes('TIMEOUT');
}

/** What an answer says of the one request; `not sent` where it says that there was none. */
function verdictOf({ outcome, errors }: Answer): Verdict | 'not sent' {
  const [error] = errors;
  if (outcome !== 'REJECTED') return outcome;
  if (error === undefined || error.__typename === 'TaskActionNotAllowedError' || error.__typename === 'IdempotencyKeyReusedError') {
    return 'not sent';
  }
  return error.__typename === 'TaskSourceError' && isBeforeSending(error.problem.kind) ? 'not sent' : (error.__typename as Verdict);
}

function refusalsIn({ errors: [error] }: Answer): readonly string[] {
  if (error?.__typename === 'TaskActionNotAllowedError') return error.blockers.map(({ code }) => code);
  return error?.__typename === 'TaskSourceError' && isBeforeSending(error.problem.kind) ? [error.problem.kind] : [];
}

/** The gateway itself has kept the request back. */
function isBeforeSending(kind: string): boolean {
  return kind === 'CIRCUIT_OPEN' || kind === 'OVERLOADED';
}

function observedOf({ errors: [error] }: Answer): TaskStatus | null {
  return error?.__typename === 'TaskOutcomeUnknownError' ? error.observedStatus : null;
}

function isDeadline({ outcome, errors }: Answer): boolean {
  const [error] = errors;
  return outcome === 'UNKNOWN' && error?.__typename === 'TaskOutcomeUnknownError' && error.problem.kind === 'TIMEOUT';
}

/** One key has one answer. */
function repeatsOf(answers: readonly Answer[]): readonly string[] {
  const keyed = answers.filter(({ key }) => key !== null);
  const told = new Map<string, string>();
  const wrong: string[] = [];
  for (const { key, action, outcome, auditId } of keyed) {
    const text = `${outcome} ${auditId}`;
    const before = told.get(`${key} ${action}`);
    if (before !== undefined && before !== text) wrong.push(`one key was answered with ${before} and with ${text}`);
    told.set(`${key} ${action}`, text);
  }
  return wrong;
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.toSorted().join() === other.toSorted().join();
}
