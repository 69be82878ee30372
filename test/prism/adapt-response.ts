import type { PlaneResponse, PlaneRequest } from '../../src/sources/simulation/plane-server.js';
import { isJsonObject } from '../../src/model/scalars.js';

/** Gives a single task the requested id: a mock server ignores ids, and the gateway rejects a task with another id. */
export function withRequestedId({ method, path }: PlaneRequest, answer: PlaneResponse): PlaneResponse {
  const json = method === 'GET' && answer.status === 200 ? parseJsonOrNull(answer.body) : null;
  return isJsonObject(json) && 'id' in json ? { ...answer, body: JSON.stringify({ ...json, id: path.split('/').at(-1) }) } : answer;
}

/** Gives every task of a VCF list a possible id and status; all other fields stay as generated from the schema. */
export function withPossibleTasks({ path }: PlaneRequest, answer: PlaneResponse, statuses: readonly string[]): PlaneResponse {
  const json = path.endsWith('/tasks') && answer.status === 200 ? parseJsonOrNull(answer.body) : null;
  if (!isJsonObject(json) || !Array.isArray(json['elements'])) return answer;
  const kind = path.includes('credentials') ? 'c' : 'a';
  const elements = json['elements'].map((element: unknown, index) =>
    isJsonObject(element)
      ? { ...element, id: `${kind}-${index}`, status: statuses[index % statuses.length], isRetryable: true, isCancellable: true }
      : element,
  );
  return { ...answer, body: JSON.stringify({ ...json, elements }) };
}

/** Replaces the generated token of a log-in, which is not a valid header value. */
export function withToken({ path }: PlaneRequest, answer: PlaneResponse): PlaneResponse {
  return path === '/v1/tokens' ? { status: 201, body: { accessToken: 'canary-token', refreshToken: { id: 'canary-id' } } } : answer;
}

function parseJsonOrNull(body: unknown): unknown {
  try {
    return typeof body === 'string' ? JSON.parse(body) : null;
  } catch {
    return null;
  }
}
