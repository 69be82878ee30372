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

  findRights(identity: Identity): Rights {
    const rights = this.#known.get(identity) ?? new GrantedRights(this.#grants.filter(({ who }) => matchesGrantee(who, identity)));
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
      this.#decided.get(question) ?? this.#grantsFor(action).some(({ sources }) => sources.some((glob) => matchesGlob(glob, sourceName)));
    // Names come from clients, too.
    if (this.#decided.size < maxDecisions) this.#decided.set(question, decided);
    return decided;
  }

  has(action: GrantedAction): boolean {
    return this.#grantsFor(action).length > 0;
  }

  #grantsFor(action: GrantedAction): readonly Grant[] {
    return this.#grants.filter(({ actions }) => actions.includes(action));
  }
}

const maxDecisions = 1_000;

function matchesGrantee(who: string, { subject, keyId, roles }: Identity): boolean {
  if (who === '*') return true;
  const colon = who.indexOf(':');
  const [kind, name] = [who.slice(0, colon), who.slice(colon + 1)];
  if (kind === 'key') return keyId === name;
  if (kind === 'sub') return subject !== null && matchesGlob(name, subject);
  return kind === 'role' && roles.some((role) => matchesGlob(name, role));
}

/** What a grant allows: the first four with a source, the others with the gateway itself. */
export type GrantedAction = 'read' | 'retry' | 'cancel' | 'track' | 'introspect' | 'operate' | 'audit';

/** Rights of the callers that `who` matches. */
export interface Grant {
  /** `sub:<glob>`, `role:<glob>`, `key:<id>` or `*`. */
  readonly who: string;
  readonly actions: readonly GrantedAction[];
  /** Globs over names of sources. */
  readonly sources: readonly string[];
}

/** What is proven of a caller; grants are matched against it. */
export interface Identity {
  /** Of a token; null for a key. */
  readonly subject: string | null;
  /** Of a key; null for a token. */
  readonly keyId: string | null;
  readonly roles: readonly string[];
}

/** Whether a text is what a glob describes: `*` stands for any characters, none among them; all else for itself. It takes linear time a `*`. */
export function matchesGlob(glob: string, text: string): boolean {
  const [first = '', ...others] = glob.split('*');
  const last = others.pop();
  if (last === undefined) return text === glob;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
