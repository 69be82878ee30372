import { createElement, createSourceItems, fetchSourceStates, type SourceStates, summarise } from './source-list.js';

const refreshMs = 3_000;

/** What the gateway says of its sources, as an operation for the explorer. */
const healthQuery = `# What the gateway makes of each plane.
query BrokenPlanes {
  tasks(first: 5) {
    totalCount
    sources {
      __typename
      source { displayName }
      taskCount
      observedAt
      problem { kind message }
    }
    nodes { id name status warnings { __typename ... on TaskWarningFields { message } } }
  }
}
`;

/** The answer of `/demo/planes`. */
interface Demo {
  readonly faults: readonly string[];
  readonly planes: readonly { readonly name: string; readonly displayName: string; readonly fault: string | null }[];
}

findElement<HTMLAnchorElement>('health').href = `./explorer?query=${encodeURIComponent(healthQuery)}`;
findElement('mend').addEventListener('click', () => void change({ fault: null }));
void refresh();
setInterval(() => {
  if (document.visibilityState === 'visible') void refresh();
}, refreshMs);

async function change(body: { readonly plane?: string; readonly fault: string | null }): Promise<void> {
  await fetch('./demo/planes', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tributary-demo': '1' },
    body: JSON.stringify(body),
    redirect: 'error',
  });
  await refresh();
}

async function refresh(): Promise<void> {
  try {
    const response = await fetch('./demo/planes', { redirect: 'error' });
    show((await response.json()) as Demo, await fetchSourceStates({ maxAgeMs: 0 }));
  } catch {
    findElement('summary').textContent = 'The demo does not answer.';
  }
}

function show({ faults, planes }: Demo, states: SourceStates): void {
  const summary = summarise(states);
  const status = findElement('summary');
  if (status.textContent !== summary) status.textContent = summary;
  const views = createSourceItems(states);
  const list = findElement('planes');
  const focused = document.activeElement?.getAttribute('data-button') ?? null;
  const items = planes.map((plane) => {
    const { name, displayName, fault } = plane;
    const place = states.kind === 'known' ? states.sources.findIndex((source) => source.name === name) : -1;
    const item = views[place] ?? createElement('li', 'source', displayName);
    const group = createElement('div', 'switches');
    group.setAttribute('role', 'group');
    group.setAttribute('aria-label', `State of ${displayName}`);
    group.append(
      ...[null, ...faults].map((choice) => {
        const button = createElement('button', 'switch', formatChoice(choice));
        button.type = 'button';
        button.dataset['button'] = `${name} ${choice}`;
        button.setAttribute('aria-pressed', String(fault === choice));
        button.addEventListener('click', () => void change({ plane: name, fault: choice }));
        return button;
      }),
    );
    item.append(group);
    return item;
  });
  list.replaceChildren(...items);
  // The keyboard stays where it was, although the list is new.
  if (focused !== null) list.querySelector<HTMLElement>(`[data-button="${CSS.escape(focused)}"]`)?.focus();
}

function formatChoice(fault: string | null): string {
  return fault === null ? 'Works' : fault.slice(0, 1).toUpperCase() + fault.slice(1);
}

function findElement<E extends HTMLElement = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}.`);
  return found as E;
}
