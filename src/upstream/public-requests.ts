import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { TLSSocket } from 'node:tls';

import { Agent } from 'undici';

import type { SourceConnection } from './connections.js';
import { exchange } from './exchange.js';
import { toTransportProblem } from './failure-classification.js';

const documentTimeoutMs = 5_000;
const maxDocumentBytes = 1024 * 1024;

/**
 * The text of a public document, such as the keys of an issuer of tokens: one request without credentials, at most 5 s and 1 MiB.
 * Redirects are not followed. Rejects when there is no answer of status 200.
 */
export async function fetchPublicDocument(url: URL): Promise<string> {
  const agent = new Agent({
    connections: 1,
    connect: { rejectUnauthorized: true, minVersion: 'TLSv1.2' },
    maxResponseSize: maxDocumentBytes,
  });
  try {
    const request = { method: 'GET', path: [], signal: AbortSignal.timeout(documentTimeoutMs) } as const;
    const { status, text } = await exchange(agent, url, request, { maxBodyBytes: maxDocumentBytes, now: Date.now });
    if (status !== 200) throw new Error(`The document was answered with status ${status}.`);
    return text;
  } finally {
    await agent.destroy();
  }
}

/** What can be seen of a plane without credentials. */
export interface PlaneInspection {
  /** Milliseconds to the first answer, whatever its status. */
  readonly latencyMs: number;
  /** Milliseconds that the clock of the plane is ahead; null where it does not say the time. To the second. */
  readonly clockAheadMs: number | null;
  /** Null without TLS. */
  readonly certificate: { readonly validTo: Date; readonly issuer: string } | null;
}

/** Asks the base URL for nothing but its headers. Rejects with a SourceProblemError when there is no answer. */
export async function inspectPlane(connection: SourceConnection): Promise<PlaneInspection> {
  const signal = AbortSignal.timeout(connection.timeoutMs);
  const begun = performance.now();
  try {
    const answer = await requestHeaders(connection, signal);
    const said = Date.parse(answer.headers.date ?? '');
    return {
      latencyMs: Math.round(performance.now() - begun),
      clockAheadMs: Number.isNaN(said) ? null : said - Math.floor(connection.now() / 1000) * 1000,
      certificate: readCertificate(answer),
    };
  } catch (error) {
    throw toTransportProblem(error, signal);
  }
}

function requestHeaders({ url, tls }: SourceConnection, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { method: 'HEAD', signal, agent: false as const, ...tls, rejectUnauthorized: true, minVersion: 'TLSv1.2' as const };
    const request = url.protocol === 'https:' ? httpsRequest(url, options, resolve) : httpRequest(url, options, resolve);
    request.on('error', reject);
    request.on('response', (response) => response.resume());
    request.end();
  });
}

function readCertificate({ socket }: IncomingMessage): PlaneInspection['certificate'] {
  if (!(socket instanceof TLSSocket)) return null;
  const { valid_to: validTo, issuer } = socket.getPeerCertificate();
  return validTo === undefined ? null : { validTo: new Date(validTo), issuer: String(issuer?.CN ?? issuer?.O ?? 'unknown') };
}
