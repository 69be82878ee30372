import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { TLSSocket } from 'node:tls';

import { Agent } from 'undici';

import { Cancellation } from './cancellation.js';
import { tlsPolicy } from './connections.js';
import { exchange } from './exchange.js';
import { toTransportProblem } from './failure-classification.js';
import { parseHttpDate } from './pause/http-date.js';
import type { UpstreamResponse } from './response.js';
import type { TransportSettings } from './source-settings.js';

const documentTimeoutMs = 5_000;
const maxDocumentBytes = 1024 * 1024;

/**
 * The text of a public document, such as the key set of a token issuer: one request without credentials, at most 5 s
 * and 1 MiB. Redirects are not followed. Rejects on every status but 200. `observe` is told of every response.
 */
export async function fetchPublicDocument(url: URL, observe: (response: UpstreamResponse) => void = () => undefined): Promise<string> {
  const agent = new Agent({ connections: 1, connect: tlsPolicy, maxResponseSize: maxDocumentBytes });
  try {
    const request = { method: 'GET', path: [], cancellation: Cancellation.follow(AbortSignal.timeout(documentTimeoutMs)) } as const;
    const response = await exchange(agent, url, request, { maxBodyBytes: maxDocumentBytes, now: Date.now, bodies: null });
    const { status, text } = response;
    observe(response);
    if (status !== 200) throw new Error(`The document was answered with status ${status}.`);
    return text;
  } finally {
    await agent.destroy();
  }
}

/** What can be observed of a plane, or another server, without credentials. */
export interface ServerInspection {
  /** Milliseconds to the first response, whatever its status. */
  readonly latencyMs: number;
  /** Milliseconds that its clock is ahead, to the second; null when it sends no Date header. */
  readonly clockAheadMs: number | null;
  /** Null without TLS. */
  readonly certificate: { readonly validTo: Date; readonly issuer: string } | null;
}

type InspectedTransport = Pick<TransportSettings, 'url' | 'tls' | 'timeoutMs'>;

/** Sends a HEAD request to the URL. Rejects with a SourceProblemError when there is no response. */
export async function inspectServer(transport: InspectedTransport, now: () => number): Promise<ServerInspection> {
  const signal = AbortSignal.timeout(transport.timeoutMs);
  const startedAt = performance.now();
  try {
    const response = await requestHeaders(transport, signal);
    const planeTime = parseHttpDate(response.headers.date ?? '', now());
    return {
      latencyMs: Math.round(performance.now() - startedAt),
      clockAheadMs: planeTime === null ? null : planeTime - Math.floor(now() / 1000) * 1000,
      certificate: readCertificate(response),
    };
  } catch (error) {
    throw toTransportProblem(error, signal.aborted);
  }
}

/** By node:http, because undici does not give access to the certificate of the plane. */
function requestHeaders({ url, tls }: InspectedTransport, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { method: 'HEAD', signal, agent: false as const, ...tls, ...tlsPolicy };
    const request = url.protocol === 'https:' ? httpsRequest(url, options, resolve) : httpRequest(url, options, resolve);
    request.on('error', reject);
    request.on('response', (response) => response.resume());
    request.end();
  });
}

function readCertificate({ socket }: IncomingMessage): ServerInspection['certificate'] {
  if (!(socket instanceof TLSSocket)) return null;
  const { valid_to: validTo, issuer } = socket.getPeerCertificate();
  return validTo === undefined ? null : { validTo: new Date(validTo), issuer: String(issuer?.CN ?? issuer?.O ?? 'unknown') };
}
