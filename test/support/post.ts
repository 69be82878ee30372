import { type Dispatcher, request } from 'undici';

/** An answer to a GraphQL operation over HTTP. */
export interface GraphQLAnswer {
  readonly status: number;
  // The shape is that of the operation, which the test has written: it knows what to expect.
  readonly data: Json;
  readonly errors:
    readonly { readonly message: string; readonly path?: readonly (string | number)[]; readonly extensions?: Json }[] | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** JSON that a test looks into without checking each step; a missing step fails the test. */
// eslint-disable-next-line typescript/no-explicit-any -- answers are as varied as operations
export type Json = any;

/** One GraphQL request over HTTP; `over` the connections of a dispatcher, where it matters which. */
export async function post(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  over?: Dispatcher,
): Promise<GraphQLAnswer> {
  const answer = await request(url, {
    ...(over !== undefined && { dispatcher: over }),
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.body.text();
  const parsed: Json = text === '' ? {} : JSON.parse(text);
  return { status: answer.statusCode, data: parsed.data, errors: parsed.errors, headers: answer.headers };
}
