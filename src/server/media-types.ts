import Negotiator from 'negotiator';

import { findRefusal } from './http-error-responses.js';
import type { ResponseStep } from './response-steps.js';

const json = 'application/json';
const graphqlResponse = 'application/graphql-response+json';

/** The media type of a response to these headers, chosen as Apollo Server chooses it; null where the client accepts none. */
function chooseMediaType(accept: string | undefined): typeof json | typeof graphqlResponse | null {
  if (accept === undefined || accept === '') return json;
  const chosen = new Negotiator({ headers: { accept } }).mediaType([json, graphqlResponse]);
  return chosen === json || chosen === graphqlResponse ? chosen : null;
}

const eventStream = 'text/event-stream';

/**
 * Whether the response has to be an event stream: the client names that type, and accepts no other one that fits. An event stream is the
 * only one that fits a subscription; `isSubscription` is asked only where the client accepts others as well.
 */
export function needsEventStream(accept: string | undefined, isSubscription: () => boolean): boolean {
  if (accept === undefined || !accept.toLowerCase().includes(eventStream)) return false;
  const negotiator = new Negotiator({ headers: { accept } });
  if (negotiator.mediaType([eventStream]) === undefined) return false;
  return negotiator.mediaType([json, graphqlResponse]) === undefined || isSubscription();
}

/**
 * A step of `/graphql`: refusals of the guards have the media type that the client prefers, like all other responses. What is wrong with
 * the operation itself then has the status of a bad document (GraphQL over HTTP, section 6.4): 200 under `application/json`, where clients
 * and routers read no errors under another one, and 400 under `application/graphql-response+json`. Other refusals are about the caller,
 * the moment or the HTTP request, and keep their status under both.
 */
export const negotiateRefusal: ResponseStep = (request, reply) => {
  const refusal = findRefusal(reply);
  const mediaType = refusal === null ? null : chooseMediaType(request.headers.accept);
  if (mediaType === null) return;
  reply.header('content-type', `${mediaType}; charset=utf-8`);
  if (mediaType === json && reply.statusCode === 400 && isAboutOperation(refusal?.code)) reply.code(200);
};

function isAboutOperation(code: string | undefined): boolean {
  return code === 'LIMIT_EXCEEDED' || code === 'PERSISTED_QUERY_NOT_FOUND';
}
