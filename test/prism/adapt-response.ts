import type { PlaneResponse, PlaneRequest } from '../../src/sources/simulation/plane-server.js';
import { isJsonObject } from '../../src/model/scalars.js';

/** Gives a single task the id that was asked for: a mock server knows no ids, and a task with another one is refused. */
export function withRequestedId({ method, path }: PlaneRequest, answer: PlaneResponse): PlaneResponse {
  const json = method === 'GET' && answer.status === 200 ? parsed(answer.body) : null;
  return isJsonObject(json) && 'id' in json ? { ...answer, body: JSON.stringify({ ...json, id: path.split('/').at(-1) }) } : answer;
}

/** Gives every task of a VCF list an id and a status that the plane could have sent; the rest stays as the schema allowed it. */
export function withPossibleTasks({ path }: PlaneRequest, answer: PlaneResponse, statuses: readonly string[]): PlaneResponse {
  const json = path.endsWith('/tasks') && answer.status === 200 ? parsed(answer.body) : null;
  if (!isJsonObject(json) || !Array.isArray(json['elements'])) return answer;
  const kind = path.includes('credentials') ? 'c' : 'a';
  const elements = json['elements'].map((element: unknown, index) =>
    isJsonObject(element)
      ? { ...element, id: `${kind}-${index}`, status: statuses[index % statuses.length], isRetryable: true, isCancellable: true }
      : element,
  );
  return { ...answer, body: JSON.stringify({ ...json, elements }) };
}

/** The log-in of a mock server gives a text that no header can carry: this is a token. */
export function withToken({ path }: PlaneRequest, answer: PlaneResponse): PlaneResponse {
  return path === '/v1/tokens' ? { status: 201, body: { accessToken: 'canary-token', refreshToken: { id: 'canary-id' } } } : answer;
}

function parsed(body: unknown): unknown {
  try {
    return typeof body === 'string' ? JSON.parse(body) : null;
  } catch {
    return null;
  }
}
