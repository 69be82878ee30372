import type { GatewayRight, Right } from './caller.js';

/** What a grant can allow: rights to sources, and to the gateway itself. */
export type GrantedAction = Right | GatewayRight;

/** Gives callers rights. */
export interface Grant {
  /** `sub:<glob>`, `role:<glob>`, `key:<id>` or `*`. */
  readonly who: string;
  /** Where it is given, only callers with tokens of this issuer match: subjects and roles of two issuers have nothing in common. */
  readonly issuer?: string | undefined;
  readonly actions: readonly GrantedAction[];
  /** Globs of source names. */
  readonly sources: readonly string[];
}

/** What is proven of a caller; grants are matched against it. */
export interface Identity {
  /** Issuer of a token; null for an API key. */
  readonly issuer: string | null;
  /** Subject of a token; null for an API key. */
  readonly subject: string | null;
  /** Id of an API key; null for a token. */
  readonly keyId: string | null;
  readonly roles: readonly string[];
}

/** What one caller may do. */
export interface Rights {
  /** Whether the caller may do this with the source. */
  may(action: GrantedAction, sourceName: string): boolean;
  /** Whether the caller may do this with the gateway, or with any source: the sources of the grants do not count. */
  has(action: GrantedAction): boolean;
  /** Equal for callers with the same rights. */
  readonly key: string;
}

export const noRights: Rights = { may: () => false, has: () => false, key: '' };

/** Matches grants. Deny by default: a caller has the union of the rights of the matching grants, and no others. */
export class Policy {
  readonly #grants: readonly Grant[];
  /** Rights are checked for every field of every task. */
  readonly #cache = new WeakMap<Identity, Rights>();

  constructor(grants: readonly Grant[]) {
    this.#grants = grants;
  }

  findRights(identity: Identity): Rights {
    const rights = this.#cache.get(identity) ?? new GrantedRights(this.#grants.filter((grant) => matchesGrant(grant, identity)));
    this.#cache.set(identity, rights);
    return rights;
  }
}

/** Source names come from clients and could fill the memory, so no more decisions than this are cached. */
const maxCachedDecisions = 1_000;

class GrantedRights implements Rights {
  readonly key: string;
  readonly #grants: readonly Grant[];
  /** By action and source name. */
  readonly #decisions = new Map<string, boolean>();

  constructor(grants: readonly Grant[]) {
    this.#grants = grants;
    this.key = JSON.stringify(grants.map(({ actions, sources }) => [actions, sources]));
  }

  may(action: GrantedAction, sourceName: string): boolean {
    const key = `${action} ${sourceName}`;
    const isAllowed =
      this.#decisions.get(key) ?? this.#grantsFor(action).some(({ sources }) => sources.some((glob) => matchesGlob(glob, sourceName)));
    if (this.#decisions.size < maxCachedDecisions) this.#decisions.set(key, isAllowed);
    return isAllowed;
  }

  has(action: GrantedAction): boolean {
    return this.#grantsFor(action).length > 0;
  }

  #grantsFor(action: GrantedAction): readonly Grant[] {
    return this.#grants.filter(({ actions }) => actions.includes(action));
  }
}

function matchesGrant({ who, issuer: only }: Grant, { issuer, subject, keyId, roles }: Identity): boolean {
  if (only !== undefined && only !== issuer) return false;
  if (who === '*') return true;
  const colon = who.indexOf(':');
  const [kind, name] = [who.slice(0, colon), who.slice(colon + 1)];
  if (kind === 'key') return keyId === name;
  if (kind === 'sub') return subject !== null && matchesGlob(name, subject);
  return kind === 'role' && roles.some((role) => matchesGlob(name, role));
}

/**
 * Whether a glob matches a text: `*` stands for any characters or none, everything else for itself. Own code instead of a library,
 * because it must not backtrack: it takes linear time for each `*`.
 */
export function matchesGlob(glob: string, text: string): boolean {
  const [first = '', ...others] = glob.split('*');
  const last = others.pop();
  if (last === undefined) return text === glob;
  if (!text.startsWith(first)) return false;
  let position = first.length;
  for (const part of others) {
    const found = text.indexOf(part, position);
    if (found === -1) return false;
    position = found + part.length;
  }
  return text.length - last.length >= position && text.endsWith(last);
}
