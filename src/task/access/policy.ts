import type { Grant, GrantedAction } from './grant.js';
import type { Identity } from './identity.js';
import { matchesGlob } from './matches-glob.js';

/** What one caller may do. */
export interface Rights {
  /** With a source. */
  may(action: GrantedAction, sourceName: string): boolean;
  /** With the gateway, or with any source there may be: the sources of the grants are not looked at. */
  has(action: GrantedAction): boolean;
  /** The same for the same rights. */
  readonly key: string;
}

export const noRights: Rights = { may: () => false, has: () => false, key: '' };

/** Grants, ready to be matched. Deny by default: the rights of a caller are the union of what matches, and nothing else. */
export class Policy {
  readonly #grants: readonly Grant[];
  /** Rights are asked for with every field of every task. */
  readonly #known = new WeakMap<Identity, Rights>();

  constructor(grants: readonly Grant[]) {
    this.#grants = grants;
  }

  rightsOf(identity: Identity): Rights {
    const rights = this.#known.get(identity) ?? new GrantedRights(this.#grants.filter(({ who }) => isMeant(who, identity)));
    this.#known.set(identity, rights);
    return rights;
  }
}

class GrantedRights implements Rights {
  readonly key: string;
  readonly #grants: readonly Grant[];
  /** By action and name of the source: there are few of both. */
  readonly #decided = new Map<string, boolean>();

  constructor(grants: readonly Grant[]) {
    this.#grants = grants;
    this.key = JSON.stringify(grants.map(({ actions, sources }) => [actions, sources]));
  }

  may(action: GrantedAction, sourceName: string): boolean {
    const question = `${action} ${sourceName}`;
    const decided =
      this.#decided.get(question) ?? this.#granting(action).some(({ sources }) => sources.some((glob) => matchesGlob(glob, sourceName)));
    // Names come from clients, too.
    if (this.#decided.size < mostDecided) this.#decided.set(question, decided);
    return decided;
  }

  has(action: GrantedAction): boolean {
    return this.#granting(action).length > 0;
  }

  #granting(action: GrantedAction): readonly Grant[] {
    return this.#grants.filter(({ actions }) => actions.includes(action));
  }
}

const mostDecided = 1_000;

function isMeant(who: string, { subject, keyId, roles }: Identity): boolean {
  if (who === '*') return true;
  const colon = who.indexOf(':');
  const [kind, name] = [who.slice(0, colon), who.slice(colon + 1)];
  if (kind === 'key') return keyId === name;
  if (kind === 'sub') return subject !== null && matchesGlob(name, subject);
  return kind === 'role' && roles.some((role) => matchesGlob(name, role));
}
