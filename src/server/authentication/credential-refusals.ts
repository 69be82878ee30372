import { MessageThrottle } from '../../lib/message-throttle.js';
import { findErrorCode } from '../../model/errors.js';
import { AuthenticationError, IssuerUnreachableError, TooManyFailuresError } from './authentication-errors.js';

/** Why credentials are refused, in the words of the log. Callers never see which it was. */
const refusalReasons = {
  NOT_BEARER: 'the header authorization is not "Bearer" and one credential',
  IN_URL: 'the URL has a credential, which stays in the logs of every proxy on the way',
  UNKNOWN_API_KEY: 'no configured API key is this one',
  EXPIRED_API_KEY: 'this API key has expired',
  TOO_MANY_WRONG_KEYS: 'too many wrong API keys came from its address in a minute',
  TOO_MANY_WRONG_TOKENS: 'too many tokens that no issuer signed came from its address in a minute',
  TOO_LONG: 'the token is longer than 8,192 characters',
  NOT_A_TOKEN: 'it is no JSON Web Token that is signed',
  DUPLICATE_NAME: 'a name occurs twice in the header or the claims of the token',
  UNKNOWN_ISSUER: 'no entry of auth.issuers has the issuer of the token',
  ISSUER_UNREACHABLE: 'the public keys of the issuer cannot be read',
  ALGORITHM: 'the algorithm of the signature is none of those with a public key',
  EXTENSION: 'the token demands an extension that the gateway does not have',
  UNKNOWN_KEY: 'the issuer has no public key that fits the header of the token',
  UNUSABLE_KEY: 'the public key that fits the token cannot be used, as it is malformed or too short',
  TOO_MANY_KEYS: 'more public keys of the issuer fit the header of the token than are tried; the issuer should name the key in kid',
  SIGNATURE: 'the signature was made by none of the public keys of the issuer that fit the token',
  AUDIENCE: 'the token is for another audience than that of its issuer in auth.issuers',
  EXPIRED: 'the token has expired',
  NOT_YET_VALID: 'the token is not valid yet',
  MISSING_CLAIM: 'the token lacks a claim that is required',
  INVALID_CLAIM: 'a claim of the token has a value that is not accepted',
} as const;

type RefusalReason = keyof typeof refusalReasons;

/** Found in claims, which are looked at after the signature: the issuer did make the token. */
const reasonsOfSignedTokens: ReadonlySet<RefusalReason> = new Set([
  'AUDIENCE',
  'EXPIRED',
  'NOT_YET_VALID',
  'MISSING_CLAIM',
  'INVALID_CLAIM',
]);

/** Thrown inside the authentication for a credential that is refused, with what the log may say about it. */
export class RefusedCredentialError extends Error {
  override readonly name = 'RefusedCredentialError';
  readonly code = 'REFUSED_CREDENTIAL';
  readonly reason: RefusalReason;
  /** Never the credential, nor what identifies its caller. */
  readonly details: Readonly<Record<string, string | number | readonly string[] | null>>;

  constructor(reason: RefusalReason, details: RefusedCredentialError['details'] = {}) {
    super(refusalReasons[reason]);
    this.reason = reason;
    this.details = details;
  }
}

/** Writes one line to the log; the first argument are its fields. */
export type WarningLog = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** One line for each reason and issuer in this time, in milliseconds. */
const windowMs = 60_000;

/** Lines in a window: twice the number of reasons, for a few issuers. */
const maxLines = 50;

/** Logs why credentials are refused: a line a minute for each reason and issuer, which counts those without a line. */
export class CredentialRefusalLog {
  readonly #throttle: MessageThrottle;
  readonly #warn: WarningLog;

  constructor(warn: WarningLog, now: () => number) {
    this.#throttle = new MessageThrottle({ windowMs, maxKeys: maxLines, now });
    this.#warn = warn;
  }

  /** Logs why `error` was thrown, where it refuses a credential. A caller without any credential is not refused one. */
  record(error: unknown, issuer: string | null): void {
    const refusal = findRefusal(error);
    if (refusal === null) return;
    const { reason, details } = refusal;
    const suppressed = this.#throttle.admit(`${reason} ${issuer ?? ''} ${String(details['keyId'] ?? '')}`);
    if (suppressed === null) return;
    const fields = { reason, ...(issuer !== null && { issuer }), ...details, ...(suppressed > 0 && { suppressed }) };
    this.#warn(fields, `A credential was refused: ${refusalReasons[reason]}.`);
  }
}

function findRefusal(error: unknown): RefusedCredentialError | null {
  if (error instanceof TooManyFailuresError)
    return new RefusedCredentialError(error.credentials === 'keys' ? 'TOO_MANY_WRONG_KEYS' : 'TOO_MANY_WRONG_TOKENS');
  if (error instanceof IssuerUnreachableError) return new RefusedCredentialError('ISSUER_UNREACHABLE', describeCause(error.cause));
  if (!(error instanceof AuthenticationError)) return null;
  return error.cause instanceof RefusedCredentialError ? error.cause : null;
}

/** Whether a credential was refused that its issuer had made. */
export function isOfSignedToken(error: AuthenticationError): boolean {
  return error.cause instanceof RefusedCredentialError && reasonsOfSignedTokens.has(error.cause.reason);
}

/** The document of an issuer is public, and so is why it could not be read; but a message may quote all of it. */
function describeCause(cause: unknown): RefusedCredentialError['details'] {
  return { causeCode: findErrorCode(cause), cause: cause instanceof Error ? cause.message.slice(0, 200) : null };
}
