/**
 * The load generator. A message { url, requests, headers, connections, seconds } has it keep one request under way on each connection, taking
 * the requests in turn; it answers with what came. A request is { method, path, body }. With `revalidates`, each request carries the ETag of the
 * last answer, and an answer "304 Not Modified" counts as one.
 */
import process from 'node:process';

import { Client } from 'undici';

process.on('message', (message) => void generate(message));

async function generate(message) {
  const { origin } = new URL(message.url);
  const result = { answered: 0, refused: 0, wrong: 0, latencies: [], failure: null };
  const until = performance.now() + message.seconds * 1_000;
  const turn = { next: 0, etag: undefined };
  const clients = Array.from({ length: message.connections }, () => new Client(origin, { headersTimeout: 60_000, bodyTimeout: 60_000 }));
  try {
    await Promise.all(clients.map((client) => sendUntil(until, client, message, turn, result)));
  } catch (error) {
    result.failure = String(error);
  }
  await Promise.all(clients.map((client) => client.destroy()));
  process.send(result);
}

async function sendUntil(until, client, { requests, headers, revalidates }, turn, result) {
  while (performance.now() < until) {
    const { method, path, body } = requests[turn.next++ % requests.length];
    const conditional = revalidates && turn.etag !== undefined ? { 'if-none-match': turn.etag } : {};
    const startedAt = performance.now();
    const { status, etag, hasErrors } = await send(client, { method, path, body, headers: { ...headers, ...conditional } });
    turn.etag = etag;
    if (status === 503 || status === 429) result.refused += 1;
    else if ((status !== 200 && status !== 304) || hasErrors) result.wrong += 1;
    else {
      result.answered += 1;
      result.latencies.push(performance.now() - startedAt);
    }
  }
}

/** Sends one request and reads the answer to its end, with as little work as possible: it shares its core with the planes. */
function send(client, request) {
  return new Promise((resolve, reject) => {
    const answer = { status: 0, etag: undefined, hasErrors: false };
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
      },
      onResponseEnd: () => resolve(answer),
      onResponseError: (_controller, error) => reject(error),
    });
  });
}

process.send({});
