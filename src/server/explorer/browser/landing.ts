import { createSourceItems, fetchSourceStates, findElement, summarise } from './source-list.js';

const refreshMs = 15_000;
const endpoint = new URL('./graphql', location.href).href;

showEndpoint();
void showSources();
setInterval(() => {
  if (document.visibilityState === 'visible') void showSources();
}, refreshMs);

function showEndpoint(): void {
  findElement('endpoint').textContent = endpoint;
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-sandbox]')) {
    link.href = `https://studio.apollographql.com/sandbox/explorer?endpoint=${encodeURIComponent(endpoint)}`;
  }
  const copy = findElement('copy');
  copy.hidden = !window.isSecureContext; // The clipboard exists only in secure contexts.
  copy.addEventListener('click', () => {
    void navigator.clipboard.writeText(endpoint).then(
      () => (copy.textContent = 'Copied'),
      () => (copy.textContent = 'Not allowed'),
    );
  });
}

async function showSources(): Promise<void> {
  const states = await fetchSourceStates({ maxAgeMs: 60_000 }); // Recent enough for this page.
  const summary = summarise(states);
  const status = findElement('summary');
  if (status.textContent !== summary) status.textContent = summary; // Screen readers announce each change of the text.
  findElement('sources').replaceChildren(...createSourceItems(states));
}
