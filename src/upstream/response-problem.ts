import { removeInvisible } from '../lib/invisible-text.js';
import { SourceProblemError, type TaskSourceProblemKind } from '../model/source-problem.js';
import type { UpstreamResponse } from './response.js';

/** What a source reads from the body of a response with an error status. */
export interface PlaneErrorBody {
  /**
   * Whether the response has the form of the plane's own errors. False: something in front of the plane may have sent it,
   * so that its status says nothing about credentials or tasks.
   */
  readonly isFromPlane: boolean;
  /** Error code of the plane, as `sanitizePlaneCode` returns it. */
  readonly code: string | null;
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
  UNAUTHENTICATED:
    'The plane refused the credentials: a token may have ended, be meant for another audience, or belong to an account without a role.',
  FORBIDDEN: 'The credentials do not suffice at the plane: their account may lack a role.',
  NOT_FOUND: 'The plane does not know the path, account or zone.',
  RATE_LIMITED: 'The plane asks for fewer calls.',
};

/** The problem that a response with an unexpected status stands for. */
export function toStatusProblem(response: UpstreamResponse, body: PlaneErrorBody): SourceProblemError {
  const { status } = response;
  const kind = isBelievable(status, body) ? (kindByStatus[status] ?? 'HTTP_STATUS') : 'HTTP_STATUS';
  const isRefusal = kind === 'UNAUTHENTICATED' || kind === 'FORBIDDEN';
  const message = messageByKind[kind] ?? describeStatus(status, body);
  return new SourceProblemError(kind, isRefusal ? appendPlaneCode(message, body.code) : message, {
    httpStatus: status,
    referenceToken: body.referenceToken,
    retryAfterMs: Math.max(response.retryAfterMs ?? 0, response.refusedForMs) || null,
  });
}

/**
 * Whether an error status may be taken at its word. That of a rate limit always may: a proxy that limits the rate did not
 * forward the request.
 */
export function isBelievable(status: number, { isFromPlane }: Pick<PlaneErrorBody, 'isFromPlane'>): boolean {
  return isFromPlane || status === 429;
}

/** Whether a plane may refuse a login with this status: a 403, too, because there is no token yet that could lack a role. */
export function isLoginRefusalStatus(status: number): boolean {
  return status === 400 || status === 401 || status === 403;
}

/** The problem of a login that the plane itself refused; null where the response says something else. */
export function toLoginRefusal({ status }: UpstreamResponse, body: PlaneErrorBody, message: string): SourceProblemError | null {
  if (!body.isFromPlane || !isLoginRefusalStatus(status)) return null;
  const { code, referenceToken } = body;
  return new SourceProblemError('UNAUTHENTICATED', appendPlaneCode(message, code), { httpStatus: status, referenceToken });
}

/**
 * Whether an API refuses a bearer token as RFC 6750, 3, says: without a body, or with an error in the challenge and a JSON
 * body. Proxies send pages or other challenges.
 */
export function isBearerChallenge(response: UpstreamResponse): boolean {
  const challenge = response.header('www-authenticate') ?? '';
  if ((response.status !== 401 && response.status !== 403) || !/^bearer\b/i.test(challenge)) return false;
  return response.text === '' || (!response.isNotJson && /[\s,]error\s{0,9}=/i.test(challenge));
}

function describeStatus(status: number, { isFromPlane }: PlaneErrorBody): string {
  if (status >= 300 && status < 400) return `The plane redirects (status ${status}), which is not followed. Check that url names its API.`;
  return status >= 500 || isFromPlane
    ? `The plane answered with status ${status}.`
    : `Something in front of the plane, such as a proxy, seems to have answered with status ${status}. Check that url names its API.`;
}

/** Adds the error code of the plane to a message. */
export function appendPlaneCode(message: string, code: string | null): string {
  return code === null ? message : `${message} Its code is ${code}.`;
}

/** Makes an error code of a plane fit for a message to clients; null where it is none. */
export function sanitizePlaneCode(code: string | null): string | null {
  return code !== null && /^[\w.:/-]{1,80}$/.test(code) ? code : null;
}

/** Makes text of a plane fit for a message to clients: one line of visible text, no URL, no credential, at most 300 characters. */
export function sanitizePlaneText(text: string): string {
  const line = removeInvisible(text)
    // The length of the scheme is bounded, so that the time is linear in the length of the text and not quadratic.
    .replace(/[a-z][a-z0-9+.-]{0,30}:\/\/\S+/gi, '…')
    .replace(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 …')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  // The end may be in the middle of a surrogate pair.
  return line.length > 300 ? `${line.slice(0, 299).replace(/[\uD800-\uDBFF]$/, '')}…` : line;
}
