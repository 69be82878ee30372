import { SourceProblemError, type TaskSourceProblemKind } from '../model/source-problem.js';
import type { UpstreamResponse } from './response.js';

/** What a source reads from the error bodies of its plane. */
export interface PlaneErrorBody {
  /** Human-readable; shown only where the caller can act on it. */
  readonly message: string | null;
  /** Reference under which the support of the plane finds the problem. */
  readonly referenceToken: string | null;
}

const kindByStatus: Readonly<Record<number, TaskSourceProblemKind>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  429: 'RATE_LIMITED',
};

const messageByKind: Readonly<Partial<Record<TaskSourceProblemKind, string>>> = {
  UNAUTHENTICATED: 'The plane refused the credentials.',
  FORBIDDEN: 'The credentials do not suffice at the plane.',
  NOT_FOUND: 'The plane does not know the path, account or zone.',
  RATE_LIMITED: 'The plane asks for fewer calls.',
};

/** The problem that a response with an unexpected status stands for. */
export function toStatusProblem(response: UpstreamResponse, body: PlaneErrorBody): SourceProblemError {
  const kind = kindByStatus[response.status] ?? 'HTTP_STATUS';
  return new SourceProblemError(kind, messageByKind[kind] ?? describeStatus(response.status), {
    httpStatus: response.status,
    referenceToken: body.referenceToken,
    retryAfterMs: Math.max(response.retryAfterMs ?? 0, response.circuitOpenForMs) || null,
  });
}

function describeStatus(status: number): string {
  const isRedirect = status >= 300 && status < 400;
  return isRedirect
    ? `The plane redirects (status ${status}), which is not followed; is url its API?`
    : `The plane answered with status ${status}.`;
}

/** Makes text of a plane fit for a message to clients: one line, no URL, no credential, at most 300 characters. */
export function sanitizePlaneText(text: string): string {
  const line = text
    // The length of the scheme is bounded, so that the time is linear in the length of the text and not quadratic.
    .replace(/[a-z][a-z0-9+.-]{0,30}:\/\/\S+/gi, '…')
    .replace(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 …')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
