import { authorizationHeaders, noticeRefusal } from './credential.js';

/** Summarises the health of all sources in one sentence. */
export function summarise(states: SourceStates): string {
  if (states.kind === 'unreachable') return 'The gateway does not answer.';
  if (states.kind === 'refused') return 'Only callers with credentials may see the sources. The explorer can send them.';
  if (states.sources.length === 0) return 'No source is configured, or none that you may read.';
  const up = states.sources.filter(({ health }) => health.status === 'UP').length;
  if (up === states.sources.length) return up === 1 ? 'The one source is up.' : `All ${up} sources are up.`;
  return `${up} of ${states.sources.length} sources ${up === 1 ? 'is' : 'are'} up.`;
}

/** One list item for each source. Texts of control planes and operators are set as text, never as markup. */
export function createSourceItems(states: SourceStates): HTMLLIElement[] {
  return states.kind === 'known' ? states.sources.map(createSourceItem) : [];
}

function createSourceItem({ name, displayName, kind, health }: SourceState): HTMLLIElement {
  const item = createElement('li', 'source');
  item.dataset['status'] = health.status;
  const identity = createElement('div', 'identity');
  identity.append(
    createElement('strong', 'display-name', displayName),
    createElement('span', 'kind', displayName === name ? kind : `${name} · ${kind}`),
  );
  const figures = createElement('div', 'figures');
  if (health.latencyMs !== null) figures.append(createElement('span', 'latency', `${health.latencyMs} ms`));
  if (health.circuit !== 'CLOSED') figures.append(createElement('span', 'circuit', formatTitle(`CIRCUIT_${health.circuit}`)));
  figures.append(createElement('span', 'status', formatTitle(health.status)));
  item.append(identity, figures);
  if (health.problem !== null) item.append(createElement('p', 'problem', `${formatTitle(health.problem.kind)}: ${health.problem.message}`));
  return item;
}

/** CIRCUIT_OPEN -> Circuit open. */
function formatTitle(word: string): string {
  const text = word.replaceAll('_', ' ');
  return text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();
}

/** An element with a class and a text, which is never markup. */
export function createElement<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  text = '',
): HTMLElementTagNameMap[Name] {
  const created = document.createElement(name);
  created.className = className;
  created.textContent = text;
  return created;
}

/** The element of the page with this id. */
export function findElement<E extends HTMLElement = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}.`);
  return found as E;
}

/** A source as the landing page shows it. Enum values that the page does not know are shown unchanged. */
export interface SourceState {
  readonly name: string;
  readonly displayName: string;
  readonly kind: string;
  readonly health: {
    readonly status: string;
    readonly circuit: string;
    /** Median of the recent calls, in milliseconds; null when there were none. */
    readonly latencyMs: number | null;
    readonly problem: { readonly kind: string; readonly message: string } | null;
  };
}

/** The health of the sources, if the page could read it. */
export type SourceStates =
  | { readonly kind: 'known'; readonly sources: readonly SourceState[] }
  /** The gateway answered with an error, most often because the page sends no credentials. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'unreachable' };

/** Reading the list contacts the control planes, so that their health is known. */
const sourceStatesQuery =
  'query ($maxAgeMs: Int) { tasks(first: 0, maxAgeMs: $maxAgeMs) { sources { source { name displayName kind health { status circuit latencyMs problem { kind message } } } } } }';

interface SourceStatesResponse {
  readonly data?: { readonly tasks?: { readonly sources: readonly { readonly source: SourceState }[] } | null } | null;
}

/** Whether the gateway asked for a credential, and this page has none to send since. */
let isUnauthenticated = false;

/**
 * Reads the health of the sources from the gateway that served this page. Never rejects. After an answer of 401, it asks the gateway no
 * more until there is a credential to send.
 *
 * @param maxAgeMs how old the data may be from which the health is known, in milliseconds.
 */
export async function fetchSourceStates({ maxAgeMs }: { readonly maxAgeMs: number }): Promise<SourceStates> {
  const { authorization } = authorizationHeaders();
  if (isUnauthenticated && authorization === undefined) return { kind: 'refused' };
  try {
    const response = await fetch('./graphql', {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
      body: JSON.stringify({ query: sourceStatesQuery, variables: { maxAgeMs } }),
      redirect: 'error',
      signal: AbortSignal.timeout(10_000),
    });
    isUnauthenticated = response.status === 401;
    if (isUnauthenticated) noticeRefusal(authorization);
    const result = (await response.json()) as SourceStatesResponse;
    const outcomes = result.data?.tasks?.sources ?? null;
    return outcomes === null ? { kind: 'refused' } : { kind: 'known', sources: outcomes.map(({ source }) => source) };
  } catch {
    return { kind: 'unreachable' };
  }
}
