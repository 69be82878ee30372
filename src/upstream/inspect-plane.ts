import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { TLSSocket } from 'node:tls';

import type { SourceConnection } from '../task/source/source-module.js';
import { problemOfFailure } from './transport-problem.js';

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
    const answer = await head(connection, signal);
    const said = Date.parse(answer.headers.date ?? '');
    return {
      latencyMs: Math.round(performance.now() - begun),
      clockAheadMs: Number.isNaN(said) ? null : said - Math.floor(connection.now() / 1000) * 1000,
      certificate: certificateOf(answer),
    };
  } catch (error) {
    throw problemOfFailure(error, signal);
  }
}

function head({ url, tls }: SourceConnection, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { method: 'HEAD', signal, agent: false as const, ...tls, rejectUnauthorized: true, minVersion: 'TLSv1.2' as const };
    const request = url.protocol === 'https:' ? httpsRequest(url, options, resolve) : httpRequest(url, options, resolve);
    request.on('error', reject);
    request.on('response', (response) => response.resume());
    request.end();
  });
}

function certificateOf({ socket }: IncomingMessage): PlaneInspection['certificate'] {
  if (!(socket instanceof TLSSocket)) return null;
  const { valid_to: validTo, issuer } = socket.getPeerCertificate();
  return validTo === undefined ? null : { validTo: new Date(validTo), issuer: String(issuer?.CN ?? issuer?.O ?? 'unknown') };
}
