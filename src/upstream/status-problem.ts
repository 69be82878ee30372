import { SourceProblemError } from '../task/error/source-problem-error.js';
import type { TaskSourceProblemKind } from '../task/source/problem-kind.js';
import { retryAfterOf } from './retry-after.js';
import type { UpstreamAnswer } from './upstream-answer.js';

/** What a source reads out of its plane's own error bodies. */
export interface ErrorBody {
  /** For people; shown only where the caller can do something with it. */
  readonly message: string | null;
  /** The plane's support key. */
  readonly referenceToken: string | null;
}

const kinds: Readonly<Record<number, TaskSourceProblemKind>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  429: 'RATE_LIMITED',
};

const words: Readonly<Partial<Record<TaskSourceProblemKind, string>>> = {
  UNAUTHENTICATED: 'The plane refused the credentials.',
  FORBIDDEN: 'The credentials do not suffice at the plane.',
  NOT_FOUND: 'The plane does not know the path, account or zone.',
  RATE_LIMITED: 'The plane asks for fewer calls.',
};

/** The problem that a status without an answer in it stands for. */
export function problemOfStatus(answer: UpstreamAnswer, body: ErrorBody): SourceProblemError {
  const kind = kinds[answer.status] ?? 'HTTP_STATUS';
  return new SourceProblemError(kind, words[kind] ?? wordsOf(answer.status), {
    httpStatus: answer.status,
    referenceToken: body.referenceToken,
    retryAfterMs: Math.max(retryAfterOf(answer) ?? 0, answer.notAskedForMs) || null,
  });
}

function wordsOf(status: number): string {
  const isRedirect = status >= 300 && status < 400;
  return isRedirect
    ? `The plane redirects (status ${status}), which is not followed; is url its API?`
    : `The plane answered with status ${status}.`;
}
