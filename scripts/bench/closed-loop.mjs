import { Client } from 'undici';

/**
 * A closed-loop load generator: keeps one request under way on each of `connections` for `seconds`, and takes the `requests`,
 * { method, path, body }, in turn. With `revalidates`, each request carries the ETag of the last answer, and an answer "304 Not Modified"
 * counts as one.
 *
 * Resolves with the numbers of requests that were answered, refused and answered wrongly; `stale` of the answers had data that the planes did
 * not confirm in time. `latencies` has the milliseconds of each answer.
 */
export async function closedLoop(url, { requests, headers, connections, seconds, revalidates = false }) {
  const { origin } = new URL(url);
  const result = { answered: 0, refused: 0, stale: 0, wrong: 0, latencies: [] };
  const until = performance.now() + seconds * 1_000;
  const turn = { next: 0, etag: undefined };
  const clients = Array.from({ length: connections }, () => new Client(origin, { headersTimeout: 60_000, bodyTimeout: 60_000 }));
  try {
    await Promise.all(clients.map((client) => sendUntil(until, client, { requests, headers, revalidates }, turn, result)));
  } finally {
    await Promise.all(clients.map((client) => client.destroy()));
  }
  return result;
}

async function sendUntil(until, client, { requests, headers, revalidates }, turn, result) {
  while (performance.now() < until) {
    const { method, path, body } = requests[turn.next++ % requests.length];
    const conditional = revalidates && turn.etag !== undefined ? { 'if-none-match': turn.etag } : {};
    const startedAt = performance.now();
    const { status, etag, hasErrors, isStale } = await send(client, { method, path, body, headers: { ...headers, ...conditional } });
    turn.etag = etag;
    if (status === 503 || status === 429) result.refused += 1;
    else if ((status !== 200 && status !== 304) || hasErrors) result.wrong += 1;
    else {
      result.answered += 1;
      if (isStale) result.stale += 1;
      result.latencies.push(performance.now() - startedAt);
    }
  }
}

/** Sends one request and reads the answer to its end, with as little work as possible. */
function send(client, request) {
  return new Promise((resolve, reject) => {
    const answer = { status: 0, etag: undefined, hasErrors: false, isStale: false };
    let isFirst = true;
    client.dispatch(request, {
      onRequestStart: () => undefined,
      onResponseStart(_controller, status, headers) {
        answer.status = status;
        answer.etag = headers.etag;
      },
      onResponseData(_controller, chunk) {
        if (isFirst) answer.hasErrors = /^\s*\{\s*"errors"/.test(chunk.toString('latin1', 0, 20));
        isFirst = false;
        // A task that its plane did not send in time. A name that is cut by the end of a chunk has others beside it.
        answer.isStale ||= chunk.includes('StaleDataWarning');
      },
      onResponseEnd: () => resolve(answer),
      onResponseError: (_controller, error) => reject(error),
    });
  });
}
