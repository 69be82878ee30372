import type { Entrance } from '../authentication/entrance.js';
import { sourceTokensIn } from '../authentication/presented.js';
import type { Session } from '../authentication/session.js';
import { TributaryError } from '../../task/error/tributary-error.js';
import type { Visitor } from './visitor.js';

/** Of the registry of RFC 6455: for a client that may try again later. */
const tryAgainLater = 1013;

/**
 * The session of a WebSocket, by what `connection_init` shows or else the request that opened it; null: nobody is let in. Browsers
 * cannot set headers of that request, so what they show comes as `authorization` of the payload.
 */
export async function sessionOfInit(
  payload: Readonly<Record<string, unknown>> | undefined,
  { presented, close }: Pick<Visitor, 'presented' | 'close'>,
  entrance: Entrance,
): Promise<Session | null> {
  try {
    const authorization = textIn(payload, 'authorization') ?? presented.authorization;
    const sourceTokens = new Map([...presented.sourceTokens, ...sourceTokensIn(payload ?? {})]);
    return await entrance.admit({ ...presented, authorization, sourceTokens });
  } catch (error) {
    if (!(error instanceof TributaryError)) throw error;
    if (error.code !== 'UNAUTHENTICATED') close(tryAgainLater, error.message);
    return null;
  }
}

/** By a name in any case, as names of headers are. */
function textIn(payload: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined {
  const value = Object.entries(payload ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === 'string' ? value : undefined;
}
