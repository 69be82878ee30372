import { Agent } from 'undici';

import { exchange } from './exchange.js';

const timeoutMs = 5_000;
const maxBytes = 1024 * 1024;

/**
 * The text of a public document, such as the keys of an issuer of tokens: one request without credentials, at most 5 s and 1 MiB.
 * Redirects are not followed. Rejects when there is no answer of status 200.
 */
export async function readDocument(url: URL): Promise<string> {
  const agent = new Agent({ connections: 1, connect: { rejectUnauthorized: true, minVersion: 'TLSv1.2' }, maxResponseSize: maxBytes });
  try {
    const request = { method: 'GET', path: [], signal: AbortSignal.timeout(timeoutMs) } as const;
    const { status, text } = await exchange(agent, url, request, { maxBodyBytes: maxBytes, now: Date.now });
    if (status !== 200) throw new Error(`The document was answered with status ${status}.`);
    return text;
  } finally {
    await agent.destroy();
  }
}
