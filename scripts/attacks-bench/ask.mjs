import { request } from 'undici';

/** One POST: its status, or `cut`, and the milliseconds from sending to the whole answer. */
export async function ask(origin, body, { headers = {}, dispatcher } = {}) {
  const start = performance.now();
  let status = 'cut';
  try {
    const answer = await request(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      ...(dispatcher && { dispatcher }),
    });
    status = answer.statusCode;
    await answer.body.dump();
  } catch {
    // The gateway answers before the body is sent, and closes.
  }
  return { status, ms: performance.now() - start };
}
