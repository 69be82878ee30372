/**
 * One operation over HTTP to this origin. Whatever comes back as JSON is the result; anything else is reported as an error
 * of the same shape, so that the response pane never shows a bare exception.
 */
export async function fetchGraphQL(
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
