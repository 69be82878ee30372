import { base64url, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** An issuer of tokens: its keys, and what its key document says now. */
export class Issuer {
  readonly url: string;
  readonly jwksUri: URL;
  /** How often the document was read. */
  reads = 0;
  /** What the issuer responds: the public keys, anything else, or nothing. */
  respond: () => Promise<string> = () => Promise.resolve(this.document());
  /** The `kid` under which a key is published and signs, by its name here; undefined for none. */
  kid: (name: string) => string | undefined = (name) => name;
  readonly #keys = new Map<string, { readonly sign: CryptoKey; readonly jwk: JWK }>();

  constructor(url = 'https://idp.example') {
    this.url = url;
    this.jwksUri = new URL('/keys', url);
  }

  static async create(...kids: readonly string[]): Promise<Issuer> {
    const issuer = new Issuer();
    for (const kid of kids) await issuer.addKey(kid);
    return issuer;
  }

  async addKey(kid: string, alg = 'RS256'): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    this.#keys.set(kid, { sign: privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } });
  }

  removeKey(kid: string): void {
    this.#keys.delete(kid);
  }

  document(): string {
    return JSON.stringify({ keys: [...this.#keys].map(([name, { jwk }]) => ({ ...jwk, kid: this.kid(name) })) });
  }

  jwk(kid: string): JWK {
    const key = this.#keys.get(kid);
    if (key === undefined) throw new Error(`There is no key ${kid}.`);
    return key.jwk;
  }

  readonly fetchPublicDocument = (): Promise<string> => {
    this.reads += 1;
    return this.respond();
  };

  /** Texts, signed by RS256 as they stand, which no library would write. */
  async signed(kid: string, header: string, payload: string): Promise<string> {
    const key = this.#keys.get(kid);
    if (key === undefined) throw new Error(`There is no key ${kid}.`);
    const text = `${base64url.encode(header)}.${base64url.encode(payload)}`;
    const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', key.sign, new TextEncoder().encode(text));
    return `${text}.${base64url.encode(new Uint8Array(signature))}`;
  }

  /** A token with these claims; `undefined` leaves one out. */
  async token(
    kid: string,
    claims: Readonly<Record<string, unknown>> = {},
    header: Readonly<Record<string, unknown>> = {},
  ): Promise<string> {
    const key = this.#keys.get(kid);
    if (key === undefined) throw new Error(`There is no key ${kid}.`);
    const published = this.kid(kid);
    const payload: JWTPayload = { iss: this.url, aud: 'tributary', sub: 'alice', ...claims };
    return new SignJWT(payload)
      .setProtectedHeader({ alg: key.jwk.alg ?? '', ...(published !== undefined && { kid: published }), ...header })
      .sign(key.sign);
  }
}
