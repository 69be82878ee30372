import { isJsonObject } from '../../../task/scalars/json-object.js';

/** Life of an access token in milliseconds, `exp - iat` of its claims (RFC 7519); null when they cannot be read. */
export function tokenLifeMs(accessToken: string): number | null {
  const { exp, iat } = claimsOf(accessToken);
  if (typeof exp !== 'number' || typeof iat !== 'number') return null;
  const lifeMs = (exp - iat) * 1000;
  return Number.isFinite(lifeMs) && lifeMs > 0 ? lifeMs : null;
}

function claimsOf(accessToken: string): { readonly exp?: unknown; readonly iat?: unknown } {
  try {
    const claims: unknown = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return isJsonObject(claims) ? claims : {};
  } catch {
    return {}; // A token may have any form; only its life is asked of it.
  }
}
