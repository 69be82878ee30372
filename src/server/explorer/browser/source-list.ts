/** One sentence on all sources. */
export function summarise(states: SourceStates): string {
  if (states.phase === 'unreachable') return 'The gateway does not answer.';
  if (states.phase === 'refused') return 'The gateway tells this only to callers with credentials. The explorer can send them.';
  if (states.sources.length === 0) return 'No source is configured, or none that you may read.';
  const up = states.sources.filter(({ health }) => health.status === 'UP').length;
  if (up === states.sources.length) return up === 1 ? 'The one source is up.' : `All ${up} sources are up.`;
  return `${up} of ${states.sources.length} sources ${up === 1 ? 'is' : 'are'} up.`;
}

/** One list item for each source. What planes and operators wrote is set as text, never as markup. */
export function sourceItems(states: SourceStates): HTMLLIElement[] {
  return states.phase === 'known' ? states.sources.map(sourceItem) : [];
}

function sourceItem({ name, displayName, kind, health }: SourceState): HTMLLIElement {
  const item = element('li', 'source');
  item.dataset['status'] = health.status;
  const identity = element('div', 'identity');
  identity.append(
    element('strong', 'display-name', displayName),
    element('span', 'kind', displayName === name ? kind : `${name} · ${kind}`),
  );
  const figures = element('div', 'figures');
  if (health.latencyMs !== null) figures.append(element('span', 'latency', `${health.latencyMs} ms`));
  if (health.circuit !== 'CLOSED') figures.append(element('span', 'circuit', asTitle(`CIRCUIT_${health.circuit}`)));
  figures.append(element('span', 'status', asTitle(health.status)));
  item.append(identity, figures);
  if (health.problem !== null) item.append(element('p', 'problem', `${asTitle(health.problem.kind)}: ${health.problem.message}`));
  return item;
}

/** CIRCUIT_OPEN -> Circuit open. */
function asTitle(word: string): string {
  const text = word.replaceAll('_', ' ');
  return text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();
}

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, className: string, text = ''): HTMLElementTagNameMap[Name] {
  const created = document.createElement(name);
  created.className = className;
  created.textContent = text;
  return created;
}

/** A source as the landing page shows it. New words of an enum may come: they are shown as they are. */
export interface SourceState {
  readonly name: string;
  readonly displayName: string;
  readonly kind: string;
  readonly health: {
    readonly status: string;
    readonly circuit: string;
    /** Median of the recent calls. */
    readonly latencyMs: number | null;
    readonly problem: { readonly kind: string; readonly message: string } | null;
  };
}

/** What came of asking the gateway how its sources are. */
export type SourceStates =
  | { readonly phase: 'known'; readonly sources: readonly SourceState[] }
  /** It answered, and does not tell: most often because the page carries no credentials. */
  | { readonly phase: 'refused' }
  | { readonly phase: 'unreachable' };

/** Reading the list asks the planes, so that their health is known; data of the last minute is good enough for this page. */
const sourceStatesQuery =
  '{ tasks(first: 0, maxAgeMs: 60000) { sources { source { name displayName kind health { status circuit latencyMs problem { kind message } } } } } }';

interface SourceStatesResponse {
  readonly data?: { readonly tasks?: { readonly sources: readonly { readonly source: SourceState }[] } | null } | null;
}

/** Asks the gateway that served this page. Never throws. */
export async function fetchSourceStates(): Promise<SourceStates> {
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify({ query: sourceStatesQuery }),
      redirect: 'error',
      signal: AbortSignal.timeout(10_000),
    });
    const answer = (await response.json()) as SourceStatesResponse;
    const outcomes = answer.data?.tasks?.sources ?? null;
    return outcomes === null ? { phase: 'refused' } : { phase: 'known', sources: outcomes.map(({ source }) => source) };
  } catch {
    return { phase: 'unreachable' };
  }
}
