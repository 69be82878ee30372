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

  constructor(grants: readonly Grant[]) {
    this.#grants = grants;
  }

  rightsOf(identity: Identity): Rights {
    const matching = this.#grants.filter(({ who }) => isMeant(who, identity));
    const granted = (action: GrantedAction): readonly Grant[] => matching.filter(({ actions }) => actions.includes(action));
    return {
      may: (action, sourceName) => granted(action).some(({ sources }) => sources.some((glob) => matchesGlob(glob, sourceName))),
      has: (action) => granted(action).length > 0,
      key: JSON.stringify(matching.map(({ actions, sources }) => [actions, sources])),
    };
  }
}

function isMeant(who: string, { subject, keyId, roles }: Identity): boolean {
  if (who === '*') return true;
  const colon = who.indexOf(':');
  const [kind, name] = [who.slice(0, colon), who.slice(colon + 1)];
  if (kind === 'key') return keyId === name;
  if (kind === 'sub') return subject !== null && matchesGlob(name, subject);
  return kind === 'role' && roles.some((role) => matchesGlob(name, role));
}
