import type { PlaneAnswer, PlaneCall } from '../../../simulation/plane-server.js';
import { errorAnswer } from './error-answers.js';
import type { Tokens } from './tokens.js';

/** One route of the plane. */
export interface Route {
  readonly method: string;
  /** Segments; one that begins with a colon stands for any. */
  readonly path: string;
  /** Whether it is open to callers without a token. */
  readonly access: 'open' | 'token';
  /** `parameters` are what the colons stood for, in order. */
  answer(call: PlaneCall, ...parameters: string[]): PlaneAnswer;
}

/** Answers a call by the first route that fits it. A trailing slash makes no difference. */
export function answerCall(routes: readonly Route[], tokens: Tokens, call: PlaneCall): PlaneAnswer {
  const segments = segmentsOf(call.path);
  for (const route of routes) {
    const parameters = route.method === call.method ? parametersOf(segmentsOf(route.path), segments) : null;
    if (parameters === null) continue;
    return route.access === 'open' || isAllowed(tokens, call) ? route.answer(call, ...parameters) : unauthorized;
  }
  return isAllowed(tokens, call) ? errorAnswer(404, 'RESOURCE_NOT_FOUND', 'There is nothing at this path') : unauthorized;
}

// The form of a real body (PowerVCF, pull request 298); 401 is declared on the credentials routes only and occurs on all.
const unauthorized = errorAnswer(401, 'Unauthorized', 'Authorization header is missing or is not in the correct format');

function isAllowed(tokens: Tokens, call: PlaneCall): boolean {
  return tokens.accepts(call.headers['authorization']);
}

function parametersOf(pattern: readonly string[], segments: readonly string[]): string[] | null {
  if (pattern.length !== segments.length) return null;
  const pairs = pattern.map((part, place) => ({ part, segment: segments[place] ?? '' }));
  if (pairs.some(({ part, segment }) => !part.startsWith(':') && part !== segment)) return null;
  return pairs.filter(({ part }) => part.startsWith(':')).map(({ segment }) => segment);
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}
