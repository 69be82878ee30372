import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { isWireObject, tryParseJson } from '../../../../src/sources/vcf/simulator/wire-format.js';
import { SimulatorClient, startOfTests } from './simulator-client.js';

let client: SimulatorClient;

beforeEach(async () => {
  client = await SimulatorClient.start();
});
afterEach(() => client.simulator.close());

async function refreshTokenId(): Promise<string> {
  const { refreshToken } = (await client.logIn()).body;
  return isWireObject(refreshToken) ? String(refreshToken['id']) : '';
}

test('a login is answered with 201, a refresh token and a JWT that lives for an hour', async () => {
  const { status, body } = await client.logIn();
  const parts = String(body['accessToken']).split('.');
  const claims = tryParseJson(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
  expect(status).toBe(201);
  expect(parts).toHaveLength(3);
  expect(claims).toMatchObject({ iat: startOfTests / 1000, exp: startOfTests / 1000 + 3600 });
  expect(body['refreshToken']).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
});

test('a wrong password is 401 and a body without one 400', async () => {
  const { username } = client.simulator.settings.credentials;
  const wrong = await client.send('POST', '/v1/tokens', JSON.stringify({ username, password: 'wrong' }));
  const none = await client.send('POST', '/v1/tokens', JSON.stringify({ username }));
  expect(wrong.status).toBe(401);
  expect(wrong.body['errorCode']).toEqual(expect.any(String));
  expect(none.status).toBe(400);
});

test.each(['', 'Basic YTpi', 'Bearer unknown'])('the authorization "%s" is 401 with errorCode Unauthorized', async (authorization) => {
  client.authorization = authorization;
  for (const path of ['/v1/tasks', '/v1/credentials/tasks', '/v1/nowhere']) {
    expect(await client.get(path)).toMatchObject({ status: 401, body: { errorCode: 'Unauthorized', message: expect.any(String) } });
  }
});

test('an access token is valid until it expires', async () => {
  client.simulator.tokenLifeMs = 5_000;
  await client.logIn();
  client.clock.now += 4_999;
  expect((await client.get('/v1/tasks')).status).toBe(200);
  client.clock.now += 1;
  expect((await client.get('/v1/tasks')).status).toBe(401);
});

test('expireTokens revokes all access tokens and leaves refresh tokens valid', async () => {
  const id = await refreshTokenId();
  client.simulator.expireTokens();
  expect((await client.get('/v1/tasks')).status).toBe(401);
  const renewed = await client.send('PATCH', '/v1/tokens/access-token/refresh', JSON.stringify(id));
  client.authorization = `Bearer ${String(tryParseJson(renewed.text))}`;
  expect((await client.get('/v1/tasks')).status).toBe(200);
});

test('a refresh takes the id quoted or raw and answers a bare JSON string', async () => {
  const id = await refreshTokenId();
  for (const body of [JSON.stringify(id), id]) {
    const { status, text } = await client.send('PATCH', '/v1/tokens/access-token/refresh', body);
    expect(status).toBe(200);
    expect(tryParseJson(text)).toEqual(expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/));
  }
});

test('a refresh is refused with 404 for an unknown id, 400 for none, and 400 a day later', async () => {
  const id = await refreshTokenId();
  expect((await client.send('PATCH', '/v1/tokens/access-token/refresh', '"unknown"')).status).toBe(404);
  expect((await client.send('PATCH', '/v1/tokens/access-token/refresh', '')).status).toBe(400);
  client.clock.now += 24 * 3_600_000;
  expect((await client.send('PATCH', '/v1/tokens/access-token/refresh', JSON.stringify(id))).status).toBe(400);
});

test('a logout is 204, and the refresh token is unknown after it', async () => {
  const id = await refreshTokenId();
  expect((await client.send('DELETE', '/v1/tokens/refresh-token', JSON.stringify(id))).status).toBe(204);
  expect((await client.send('PATCH', '/v1/tokens/access-token/refresh', JSON.stringify(id))).status).toBe(404);
});
