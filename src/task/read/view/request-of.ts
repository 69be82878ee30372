import type { ReadRequest } from '../../source/source.js';
import type { ViewState } from './view-state.js';

/** A request that begins now: with the deadline of its source, and with what is known. */
export function requestOf({ source, known }: Pick<ViewState, 'source' | 'known'>): ReadRequest {
  return { signal: AbortSignal.timeout(source.timeoutMs), known: (localId) => known.get(localId) };
}
