/** What the gateway may report after a response of the plane. */
export type Verdict = 'ACCEPTED' | 'UNKNOWN' | 'TaskSourceError' | 'TaskNotFoundError' | 'TaskConflictError';

/** What goes wrong at one step of the exchange of an action. */
export interface Fault {
  readonly name: string;
  /** Whether the plane does what it does. */
  readonly applies: boolean;
  /** The response: a status, or a broken one. */
  readonly answer: number | BrokenResponse;
  /** How many 401 responses come first. */
  readonly refusals?: number;
  readonly verdict: Verdict;
}

/** Raw behaviour on the socket. */
export type BrokenResponse =
  | 'reset'
  | 'end'
  | 'half a status line'
  | 'garbage'
  | 'silence'
  | 'headers, then silence'
  | 'half a body'
  | 'HTML'
  | '401 page'
  | '403 page'
  | '404 page'
  | 'late'
  | 'redirect'
  | 'half a conflict';

const statuses = (verdict: Verdict, applies: boolean, ...codes: readonly number[]): readonly Fault[] =>
  codes.map((answer) => ({ name: `${answer}${applies ? ', and it was done' : ''}`, applies, answer, verdict }));

export const noFault: Fault = { name: 'none', applies: true, answer: 200, verdict: 'ACCEPTED' };

/** Every step at which an exchange can break, once the request has arrived. */
export const faults: readonly Fault[] = [
  { name: 'reset before it was done', applies: false, answer: 'reset', verdict: 'UNKNOWN' },
  { name: 'reset after it was done', applies: true, answer: 'reset', verdict: 'UNKNOWN' },
  { name: 'end without an answer, not done', applies: false, answer: 'end', verdict: 'UNKNOWN' },
  { name: 'end without an answer, done', applies: true, answer: 'end', verdict: 'UNKNOWN' },
  { name: 'reset within the status line', applies: true, answer: 'half a status line', verdict: 'UNKNOWN' },
  { name: 'garbage in place of an answer', applies: true, answer: 'garbage', verdict: 'UNKNOWN' },
  { name: 'silence, not done', applies: false, answer: 'silence', verdict: 'UNKNOWN' },
  { name: 'silence, done', applies: true, answer: 'silence', verdict: 'UNKNOWN' },
  { name: '200, then silence', applies: true, answer: 'headers, then silence', verdict: 'ACCEPTED' },
  { name: '200, then half a body', applies: true, answer: 'half a body', verdict: 'ACCEPTED' },
  { name: '200 with HTML', applies: true, answer: 'HTML', verdict: 'UNKNOWN' },
  { name: '403 page of a proxy, done', applies: true, answer: '403 page', verdict: 'UNKNOWN' },
  { name: '404 page of a proxy, not done', applies: false, answer: '404 page', verdict: 'UNKNOWN' },
  { name: '401 page of a proxy, done', applies: true, answer: '401 page', verdict: 'UNKNOWN' },
  { name: 'a late 200', applies: true, answer: 'late', verdict: 'ACCEPTED' },
  { name: 'a redirect', applies: false, answer: 'redirect', verdict: 'UNKNOWN' },
  { name: '409, then half a body', applies: false, answer: 'half a conflict', verdict: 'UNKNOWN' },
  ...statuses('UNKNOWN', false, 500, 502, 503, 504),
  ...statuses('UNKNOWN', true, 500, 502, 503, 504),
  ...statuses('TaskSourceError', false, 400, 403, 422, 429),
  ...statuses('TaskNotFoundError', false, 404),
  ...statuses('TaskConflictError', false, 409),
  ...statuses('ACCEPTED', true, 202, 204),
];

/** Each of these takes a token from the gateway, and other requests wait for the new one, so that only one is used at a time. */
export const refusals: readonly Fault[] = [
  { name: '401 once', applies: true, answer: 200, refusals: 1, verdict: 'ACCEPTED' },
  { name: '401 once, then a reset', applies: true, answer: 'reset', refusals: 1, verdict: 'UNKNOWN' },
  { name: '401 always', applies: false, answer: 401, refusals: 1, verdict: 'TaskSourceError' },
];
