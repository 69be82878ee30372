import { getOperationAST, type OperationDefinitionNode, OperationTypeNode, parse } from 'graphql';
import { createClient, NetworkError } from 'graphql-sse';

import { authorizationHeaders } from '../credential.js';
import { noticeStatus } from './credential-bar.js';
import { startRecording } from './response-figures.js';

interface OperationParameters {
  readonly query: string;
  readonly variables?: unknown;
  readonly operationName?: string | null;
}

type Headers = Readonly<Record<string, string>>;

/**
 * The fetcher of GraphiQL: executes an operation, with one result or a stream of them. The credential of the page is sent along, unless
 * the headers of the tab have one of their own.
 */
export async function runGraphQL(parameters: OperationParameters, { headers = {} }: { headers?: Headers } = {}): Promise<unknown> {
  const hasOwn = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
  const sent: Headers = hasOwn ? headers : { ...authorizationHeaders(), ...headers };
  const operation = findOperation(parameters);
  const named = { ...parameters, operationName: operation?.name?.value ?? parameters.operationName ?? null };
  if (operation?.operation === OperationTypeNode.SUBSCRIPTION) return subscribeGraphQL(named, sent);
  // GraphiQL reads the schema by itself: that is no answer of a tab.
  const record = named.operationName === 'IntrospectionQuery' ? () => undefined : startRecording();
  return fetchGraphQL(named, sent, record);
}

/**
 * The operation to execute: the named one, else the only one. Just after a change of tabs, GraphiQL still names the operation of the
 * previous tab.
 */
function findOperation({ query, operationName }: OperationParameters): OperationDefinitionNode | null {
  try {
    const document = parse(query);
    return getOperationAST(document, operationName) ?? getOperationAST(document) ?? null;
  } catch {
    return null; // The gateway says what is wrong with it.
  }
}

/** What the page itself asks, beside the operations of the tabs. */
export async function readGraphQL(query: string): Promise<unknown> {
  return fetchGraphQL({ query }, authorizationHeaders(), () => undefined);
}

/**
 * Sends one operation over HTTP to the gateway of this page. A JSON response is the result; anything else becomes an error of the same
 * shape, so that the response pane never shows a bare exception.
 */
async function fetchGraphQL(
  { query, variables, operationName }: OperationParameters,
  headers: Headers,
  record: ReturnType<typeof startRecording>,
): Promise<unknown> {
  const startedAt = performance.now();
  try {
    const response = await fetch('./graphql', {
      method: 'POST',
      headers: { accept: 'application/graphql-response+json, application/json', 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables, operationName }),
      credentials: 'same-origin',
      redirect: 'error',
    });
    const body = await response.arrayBuffer();
    noticeAuthentication(response.status, headers);
    record({ status: response.status, durationMs: performance.now() - startedAt, bytes: body.byteLength, events: null });
    return parseResult(new TextDecoder().decode(body), response.status);
  } catch {
    record({ status: null, durationMs: performance.now() - startedAt, bytes: null, events: null });
    return { errors: [{ message: 'The gateway does not answer.' }] };
  }
}

/** A stream of results in the form that GraphiQL expects; its stop button calls `unsubscribe`. */
interface ResultStream {
  subscribe(observer: { next(result: unknown): void; error(error: unknown): void; complete(): void }): { unsubscribe(): void };
}

/** Opens a subscription as an event stream. A failure becomes a last result with errors, as in `fetchGraphQL`. */
function subscribeGraphQL({ query, variables, operationName }: OperationParameters, headers: Headers): ResultStream {
  return {
    subscribe(observer) {
      const record = startRecording();
      const startedAt = performance.now();
      let events = 0;
      const recordEvents = (status: number | null): void =>
        record({ status, durationMs: performance.now() - startedAt, bytes: null, events });
      // No retry: the user should see that the stream ended, and events in between are lost anyway.
      const client = createClient({
        url: new URL('./graphql/stream', location.href).href,
        headers: { ...headers },
        credentials: 'same-origin',
        retryAttempts: 0,
      });
      const stop = client.subscribe(
        { query, ...(isRecord(variables) && { variables }), ...(operationName != null && { operationName }) },
        {
          next: (result) => {
            events += 1;
            if (events === 1) noticeAuthentication(200, headers);
            recordEvents(200);
            observer.next(result);
          },
          complete: () => observer.complete(),
          error: (error) => {
            const response = error instanceof NetworkError && error.response instanceof Response ? error.response : null;
            if (response !== null) noticeAuthentication(response.status, headers);
            recordEvents(response?.status ?? (events > 0 ? 200 : null));
            void readErrorResponse(response).then((answer) => {
              observer.next(answer);
              observer.complete();
            });
          },
        },
      );
      return { unsubscribe: stop };
    },
  };
}

/** The JSON body of a refusal, or an error in its place. */
async function readErrorResponse(response: Response | null): Promise<unknown> {
  if (response === null) return { errors: [{ message: 'The stream of events ended before it was complete.' }] };
  return parseResult(await response.text().catch(() => ''), response.status);
}

function parseResult(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { errors: [{ message: `The gateway answered ${status} and no JSON.` }] };
  }
}

/** Only the credential of the page concerns its field: a tab with headers of its own speaks for itself. */
function noticeAuthentication(status: number, headers: Headers): void {
  const { authorization } = authorizationHeaders();
  if (authorization === headers['authorization']) noticeStatus(status, authorization !== undefined);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
