import { type DocumentNode, getOperationAST, OperationTypeNode } from 'graphql';
import { createClient, NetworkError } from 'graphql-sse';

/** The fetcher of GraphiQL: executes an operation, with one result or a stream of them. */
export async function runGraphQL(
  parameters: { query: string; variables?: unknown; operationName?: string | null },
  options: { headers?: Readonly<Record<string, string>>; documentAST?: DocumentNode | null } = {},
): Promise<unknown> {
  const { headers = {}, documentAST } = options;
  const operation = documentAST == null ? null : getOperationAST(documentAST, parameters.operationName);
  return operation?.operation === OperationTypeNode.SUBSCRIPTION
    ? subscribeGraphQL(parameters, headers)
    : fetchGraphQL(parameters, { headers });
}

/**
 * Sends one operation over HTTP to this origin. A JSON response is the result; anything else becomes an error of the same shape, so that
 * the response pane never shows a bare exception.
 */
async function fetchGraphQL(
  parameters: { query: string; variables?: unknown; operationName?: string | null },
  options: { headers?: Readonly<Record<string, string>> } = {},
): Promise<unknown> {
  const { query, variables, operationName } = parameters;
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { accept: 'application/graphql-response+json, application/json', 'content-type': 'application/json', ...options.headers },
    body: JSON.stringify({ query, variables, operationName }),
    credentials: 'same-origin',
    redirect: 'error',
  });
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { errors: [{ message: `The gateway answered ${response.status} and no JSON.` }] };
  }
}

/** A stream of results in the form that GraphiQL expects; its stop button calls `unsubscribe`. */
interface Observable {
  subscribe(observer: { next(result: unknown): void; error(error: unknown): void; complete(): void }): { unsubscribe(): void };
}

/** Opens a subscription as an event stream from this origin. A failure becomes a last result with errors, as in `fetchGraphQL`. */
function subscribeGraphQL(
  parameters: { query: string; variables?: unknown; operationName?: string | null },
  headers: Readonly<Record<string, string>>,
): Observable {
  return {
    subscribe(observer) {
      // No retry: the user should see that the stream ended, and events in between are lost anyway.
      const client = createClient({ url: '/graphql/stream', headers, credentials: 'same-origin', retryAttempts: 0 });
      const { query, variables, operationName } = parameters;
      const stop = client.subscribe(
        { query, ...(isRecord(variables) && { variables }), ...(operationName != null && { operationName }) },
        {
          next: (result) => observer.next(result),
          complete: () => observer.complete(),
          error: (error) => {
            void readErrorResponse(error).then((answer) => {
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
async function readErrorResponse(error: unknown): Promise<unknown> {
  const response: unknown = error instanceof NetworkError ? error.response : undefined;
  if (!(response instanceof Response)) return { errors: [{ message: 'The stream of events ended before it was complete.' }] };
  try {
    return await response.json();
  } catch {
    return { errors: [{ message: `The gateway answered ${response.status} and no JSON.` }] };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
