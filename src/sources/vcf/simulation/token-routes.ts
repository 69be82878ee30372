import type { PlaneAnswer } from '../../../simulation/plane-server.js';
import { errorAnswer } from './error-answers.js';
import { isWireObject, parsedJson } from './wire-object.js';
import type { Route } from './route.js';
import type { Tokens } from './tokens.js';

export interface TokenRouteOptions {
  readonly tokens: Tokens;
  readonly username: string;
  readonly password: string;
  /** Milliseconds that the next access token lives. */
  readonly lifeMs: () => number;
}

/** Log in, renew, log out. */
export function tokenRoutes({ tokens, username, password, lifeMs }: TokenRouteOptions): Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/tokens',
      access: 'open',
      answer(call) {
        const body = parsedJson(call.body);
        if (!isWireObject(body) || typeof body['username'] !== 'string' || typeof body['password'] !== 'string') {
          return errorAnswer(400, 'TOKEN_SPEC_INVALID', 'username and password are needed');
        }
        // Not declared by the specification of today; 5.2.0 listed it.
        if (body['username'] !== username || body['password'] !== password) {
          return errorAnswer(401, 'IDENTITY_UNAUTHORIZED_ENTITY', 'The user name or the password is wrong');
        }
        return { status: 201, body: tokens.issue(username, lifeMs()) };
      },
    },
    {
      method: 'PATCH',
      path: '/v1/tokens/access-token/refresh',
      access: 'open',
      answer(call) {
        const id = bareText(call.body);
        if (id === '') return errorAnswer(400, 'REFRESH_TOKEN_MISSING', 'The id of a refresh token is needed');
        const token = tokens.refresh(id, lifeMs());
        if (token === 'unknown') return errorAnswer(404, 'REFRESH_TOKEN_NOT_FOUND', 'There is no such refresh token');
        if (token === 'expired') return errorAnswer(400, 'REFRESH_TOKEN_EXPIRED', 'The refresh token has expired');
        return bareString(token.accessToken);
      },
    },
    {
      method: 'DELETE',
      path: '/v1/tokens/refresh-token',
      access: 'open',
      answer(call) {
        tokens.revoke(bareText(call.body));
        return { status: 204 };
      },
    },
  ];
}

/** A JSON string, as specified; without quotes as some clients send it. */
function bareText(body: string): string {
  const value = parsedJson(body);
  return typeof value === 'string' ? value : body.trim();
}

function bareString(text: string): PlaneAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(text) };
}
