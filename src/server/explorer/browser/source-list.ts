import type { SourceState, SourceStates } from './source-states.js';

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
