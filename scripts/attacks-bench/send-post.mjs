import { request } from 'undici';

/** Sends one POST: its status, or `disconnected`, and the milliseconds until the response was complete. */
export async function sendPost(origin, body, { headers = {}, dispatcher } = {}) {
  const start = performance.now();
  let status = 'disconnected';
  try {
    const response = await request(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      ...(dispatcher && { dispatcher }),
    });
    status = response.statusCode;
    await response.body.dump();
  } catch {
    // The gateway responds before the body is sent, and closes.
  }
  return { status, ms: performance.now() - start };
}
