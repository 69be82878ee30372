import type { PlaneAnswer } from '../../../simulation/plane-server.js';

/** Problem types that the task routes answer with: status, title and detail by number. */
const problems = {
  1: [404, 'Resource not found', 'There is no resource at this URI.'],
  2: [404, 'Collection not found', 'There is no collection at this URI.'],
  3: [401, 'Missing bearer token', 'The request carries no bearer token.'],
  4: [401, 'Invalid bearer token', 'The bearer token is not valid, was revoked, or never existed.'],
  5: [400, 'Invalid query parameters', 'Some query parameters are not valid.'],
  6: [400, 'Query parameters not supported', 'Some query parameters are not supported here.'],
  18: [404, 'Account not found', 'There is no such account.'],
  33: [400, 'Invalid account ID', 'The account ID has the wrong format.'],
  35: [400, 'Invalid resource ID', 'The resource ID has the wrong format.'],
  69: [405, 'Method not supported', 'The resource does not support this method.'],
} as const;

export interface InvalidParam {
  readonly name: string;
  readonly reason: string;
}

/** A problem document as the plane writes it: `status` is a string, and there are members of its own. */
export function problemAnswer(number: keyof typeof problems, correlationID: string, invalidParams?: readonly InvalidParam[]): PlaneAnswer {
  const [status, title, detail] = problems[number];
  const type = `https://astra.netapp.io/problems/${number}`;
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: { type, title, detail, status: String(status), correlationID, ...(invalidParams === undefined ? {} : { invalidParams }) },
  };
}
