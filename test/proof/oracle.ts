import type { TaskStatus } from '../../src/model/task-status.js';
import type { Answer } from './clients.js';
import { type ConnectionState, connectionStates } from './connection-states.js';
import type { Verdict } from './action-faults.js';
import { type ProofTask, statusByWireStatus } from './proof-plane.js';

/** What the plane recorded of a task, and the results that clients got. */
export interface Case {
  readonly task: ProofTask;
  readonly connection: ConnectionState;
  readonly answers: readonly Answer[];
  /** Outcomes in the journal of the actions on it, in any order. */
  readonly journal: readonly string[];
}

export interface Judgement {
  /** A request was sent again that the plane may have performed already. */
  readonly isDoubled: boolean;
  /** What is false in the results that clients got. */
  readonly wrong: readonly string[];
  /** The deadline passed before an answer, or the request itself, came through: UNKNOWN, and true. */
  readonly isLate: boolean;
  /** Requests for an action that arrived with a good token. */
  readonly sends: number;
  /** Requests of clients. */
  readonly requested: number;
  /** Those of them that the gateway tried to send. */
  readonly tried: number;
  /** Why requests were not sent. */
  readonly refusals: readonly string[];
}

/** Answers that say that the plane has done nothing. */
const harmless: ReadonlySet<unknown> = new Set([400, 401, 403, 404, 409, 422, 429, 'half a conflict']);

/** Judges only by what the plane recorded. */
export function judge({ task, connection, answers, journal }: Case): Judgement {
  const arrived = task.arrivals.filter(({ answer }) => answer !== 'refused the token');
  const risky = arrived.filter(({ answer }) => !harmless.has(answer));
  const firsts = answers.filter(({ isRepeat }) => !isRepeat);
  const sent = firsts.filter((answer) => readVerdict(answer) !== 'not sent');
  const isLate = sent.some((answer) => (isDeadline(answer) && task.fault.verdict !== 'UNKNOWN') || isLateAt(connection, answer));
  // Some of them took longer to connect than they may, on a busy machine: what has arrived must be what the others sent.
  const isEachReported = arrived.length <= sent.filter((answer) => !isLateAt(connection, answer)).length;
  const keyed = new Set(answers.flatMap(({ key }) => key ?? [])).size;
  const unkeyed = answers.filter(({ key }) => key === null).length;
  return {
    isDoubled: risky.length > 1 || exceeds(keyed + unkeyed, task) || task.arrivals.length - arrived.length > (task.fault.refusals ?? 0),
    wrong: [
      ...firsts.flatMap((answer) => findErrors(answer, { task, connection, answers: firsts }, { sends: arrived.length, isEachReported })),
      ...findRepetitionErrors(answers),
      ...(connection !== 'open' && task.arrivals.length > 0 ? ['a request arrived although no connection can be made'] : []),
      ...(exceeds(sent.length, task) ? ['more was sent than clients got results for'] : []),
      ...(haveSameEntries(
        firsts.map(({ outcome }) => outcome),
        journal,
      )
        ? []
        : [`the journal says ${journal.join()}`]),
    ],
    isLate,
    sends: arrived.length,
    requested: answers.length,
    tried: sent.length,
    refusals: firsts.flatMap(listRefusals),
  };
}

/** An action whose token was refused is sent once more with a new one: each gateway has a token of its own, so that each may learn it. */
function exceeds(sent: number, { arrivals, fault }: ProofTask): boolean {
  if (fault.answer === 401) return arrivals.length > 2 * sent;
  return arrivals.filter(({ answer }) => answer !== 'refused the token').length > sent;
}

function findErrors(
  answer: Answer,
  { task, connection, answers }: Pick<Case, 'task' | 'connection' | 'answers'>,
  { sends, isEachReported }: { readonly sends: number; readonly isEachReported: boolean },
): readonly string[] {
  const verdict = readVerdict(answer);
  const applied = task.arrivals.some(({ isApplied, action }) => isApplied && action === answer.action);
  // Another request for the same action, with a result of its own, proves nothing about this one.
  const isOfAnother = answers.some((other) => other !== answer && other.action === answer.action && other.outcome !== 'REJECTED');
  const [error] = answer.errors;
  const wrong: string[] = [];
  if (answer.outcome === 'ACCEPTED' && !applied) wrong.push('ACCEPTED, and nothing was done');
  if (answer.outcome === 'REJECTED' && verdict !== 'not sent' && applied && !isOfAnother) wrong.push('REJECTED, and it was done');
  if (error?.__typename === 'TaskSourceError' && error.isRetryable && applied && !isOfAnother)
    wrong.push('said to be safe to repeat, and it was done');
  // After the deadline the request may have come to the plane later than the readings.
  const isTrue =
    isDeadline(answer) || readObservedStatus(answer) === null || readObservedStatus(answer) === statusByWireStatus[task.status];
  if (!isTrue) wrong.push(`observed ${readObservedStatus(answer)}, and it is ${statusByWireStatus[task.status]}`);
  if (sends === 0 && connection !== 'open') return [...wrong, ...findConnectionErrors(connection, answer)];
  const expected: readonly Verdict[] = sends === 0 ? ['TaskSourceError'] : [task.fault.verdict];
  const isDue =
    verdict === 'not sent' || expected.includes(verdict) || isDeadline(answer) || (isEachReported && isLateAt(connection, answer));
  if (!isDue) wrong.push(`${verdict}, where ${expected.join(' or ')} is due`);
  return wrong;
}

/** What is false in a result when no request can reach the plane. */
function findConnectionErrors(connection: ConnectionState, answer: Answer): readonly string[] {
  const verdict = readVerdict(answer);
  if (verdict === 'not sent' || (verdict === 'UNKNOWN' && !connectionStates[connection].isProof)) return [];
  const [error] = answer.errors;
  if (error?.__typename !== 'TaskSourceError') return [`${verdict}, where TaskSourceError is due: nothing was sent`];
  const isKnown = connectionStates[connection].problems.includes(error.problem.kind) || isLateAt(connection, answer);
  return [
    ...(error.isRetryable ? [] : ['nothing was sent, and it is not said to be safe to repeat']),
    ...(isKnown ? [] : [`${error.problem.kind}, where ${connectionStates[connection].problems.join(' or ')} is due`]),
  ];
}

/** The deadline passed before the fault of the connection showed, on a busy machine. */
function isLateAt(connection: ConnectionState, { errors: [error] }: Answer): boolean {
  return (
    error?.__typename === 'TaskSourceError' &&
    error.problem.kind === 'TIMEOUT' &&
    !connectionStates[connection].problems.includes('TIMEOUT')
  );
}

/** What a result says of the one request; `not sent` when it says that there was none. */
function readVerdict({ outcome, errors }: Answer): Verdict | 'not sent' {
  const [error] = errors;
  if (outcome !== 'REJECTED') return outcome;
  if (error === undefined || error.__typename === 'TaskActionNotAllowedError' || error.__typename === 'IdempotencyKeyReusedError') {
    return 'not sent';
  }
  return error.__typename === 'TaskSourceError' && isBeforeSending(error.problem.kind) ? 'not sent' : (error.__typename as Verdict);
}

function listRefusals({ errors: [error] }: Answer): readonly string[] {
  if (error?.__typename === 'TaskActionNotAllowedError') return error.blockers.map(({ code }) => code);
  return error?.__typename === 'TaskSourceError' && isBeforeSending(error.problem.kind) ? [error.problem.kind] : [];
}

/** The gateway itself refused to send the request. */
function isBeforeSending(kind: string): boolean {
  return kind === 'CIRCUIT_OPEN' || kind === 'OVERLOADED';
}

function readObservedStatus({ errors: [error] }: Answer): TaskStatus | null {
  return error?.__typename === 'TaskOutcomeUnknownError' ? error.observedStatus : null;
}

function isDeadline({ outcome, errors }: Answer): boolean {
  const [error] = errors;
  return outcome === 'UNKNOWN' && error?.__typename === 'TaskOutcomeUnknownError' && error.problem.kind === 'TIMEOUT';
}

/** One key has one result. */
function findRepetitionErrors(answers: readonly Answer[]): readonly string[] {
  const keyed = answers.filter(({ key }) => key !== null);
  const reported = new Map<string, string>();
  const wrong: string[] = [];
  for (const { key, action, outcome, auditId } of keyed) {
    const text = `${outcome} ${auditId}`;
    const before = reported.get(`${key} ${action}`);
    if (before !== undefined && before !== text) wrong.push(`one key was answered with ${before} and with ${text}`);
    reported.set(`${key} ${action}`, text);
  }
  return wrong;
}

function haveSameEntries(one: readonly string[], other: readonly string[]): boolean {
  return one.toSorted().join() === other.toSorted().join();
}
