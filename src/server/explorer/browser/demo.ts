import { createElement, createSourceItems, fetchSourceStates, findElement, type SourceStates, summarise } from './source-list.js';

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

/** Numbers the readings of the demo, so that an older one is not drawn over a newer one: a reading may take longer than refreshMs. */
let newest = 0;
let drawn = 0;
/** The gateway's view, as it was last drawn. */
let states: SourceStates = { kind: 'unreachable' };

async function change(body: { readonly plane?: string; readonly fault: string | null }): Promise<void> {
  const problem = findElement('problem');
  try {
    const demo = await fetchDemo({
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-tributary-demo': '1' },
      body: JSON.stringify(body),
    });
    problem.hidden = true;
    drawn = newest += 1; // What was asked before this answer came may be older than it.
    show(demo);
  } catch (error) {
    problem.hidden = false;
    problem.textContent = `Nothing was changed. ${error instanceof RefusedError ? error.message : noAnswer}`;
  }
  await refresh();
}

async function refresh(): Promise<void> {
  const number = (newest += 1);
  try {
    const [demo, found] = await Promise.all([fetchDemo(), fetchSourceStates({ maxAgeMs: 0 })]);
    if (number < drawn) return;
    drawn = number;
    states = found;
    show(demo);
    showSummary(summarise(states));
  } catch (error) {
    if (number > drawn) showSummary(error instanceof RefusedError ? error.message : noAnswer);
  }
}

const noAnswer = 'The demo does not answer.';

/** The gateway answered, and refused the request. */
class RefusedError extends Error {}

async function fetchDemo(init: RequestInit = {}): Promise<Demo> {
  const response = await fetch('./demo/planes', { ...init, redirect: 'error', signal: AbortSignal.timeout(10_000) });
  if (response.ok) return (await response.json()) as Demo;
  const body = (await response.json().catch(() => null)) as { readonly errors?: readonly { readonly message: string }[] } | null;
  throw new RefusedError(body?.errors?.[0]?.message ?? `The gateway answered ${response.status}.`);
}

/** Screen readers announce each change of the text. */
function showSummary(text: string): void {
  const status = findElement('summary');
  if (status.textContent !== text) status.textContent = text;
}

function show({ faults, planes }: Demo): void {
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
