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
