import type { SourceProblemError } from '../../task/error/source-problem-error.js';
import type { Reading } from '../../task/source/reading.js';
import type { ListAnswer, ReadRequest } from '../../task/source/source.js';
import type { TaskAnswer } from './task-answer.js';

/** Tracked ids, sorted out before the plane is asked. */
export interface TrackedIds {
  /** Known and finished: they stay as they are. */
  readonly finished: readonly string[];
  /** To be asked for. */
  readonly open: readonly string[];
  /** Open ones over the limit. */
  readonly cut: readonly string[];
}

/** Sorts tracked ids out; `maxItems` limits how many are asked for, 0 is no limit. */
export function sortOut(ids: readonly string[], request: ReadRequest, maxItems: number): TrackedIds {
  const isFinished = (id: string): boolean => request.known(id)?.isFinished === true;
  const unfinished = ids.filter((id) => !isFinished(id));
  const end = maxItems === 0 ? unfinished.length : maxItems;
  return { finished: ids.filter(isFinished), open: unfinished.slice(0, end), cut: unfinished.slice(end) };
}

/**
 * The answers for tracked tasks as one list. A task that is known and could not be read stays as it was. Throws the first
 * SourceProblemError when the credentials do not do, or when not one of those that were asked for was answered.
 */
export function listAnswerOf(tracked: TrackedIds, answers: ReadonlyMap<string, TaskAnswer>, request: ReadRequest): ListAnswer {
  const errors = [...answers.values()].flatMap((answer) => (answer.phase === 'failed' ? [answer.error] : []));
  const [firstError] = errors;
  const fatal = errors.find(isRefusal) ?? (errors.length === answers.size ? firstError : undefined);
  if (fatal !== undefined) throw fatal;
  const isUnread = (id: string): boolean => unread.has(answers.get(id)?.phase ?? 'failed');
  const keptAsKnown = [...tracked.open.filter(isUnread), ...tracked.cut].filter((id) => request.known(id) !== undefined);
  return {
    readings: [...answers.values()].flatMap((answer): readonly Reading[] => (answer.phase === 'found' ? [answer.reading] : [])),
    unchanged: [...tracked.finished, ...keptAsKnown],
    malformedCount: [...answers.values()].filter((answer) => answer.phase === 'unreadable').length,
    isComplete: errors.length === 0 && tracked.cut.length === 0,
    problem: firstError?.problem ?? null,
  };
}

const unread: ReadonlySet<TaskAnswer['phase']> = new Set(['unreadable', 'failed'] as const);

function isRefusal({ problem }: SourceProblemError): boolean {
  return problem.kind === 'UNAUTHENTICATED' || problem.kind === 'FORBIDDEN';
}
