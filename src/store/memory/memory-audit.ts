import {
  type AuditEntry,
  type AuditHead,
  type AuditLink,
  type AuditTrail,
  createAuditLink,
  emptyHead,
  maxAuditLinksPerRead,
} from '../audit-trail.js';

/** At most so many links are kept; then the oldest are deleted. */
const maxLinks = 10_000;

/** An audit trail that lasts as long as the process. */
export class MemoryAudit implements AuditTrail {
  readonly #links: AuditLink[] = [];

  append(...entries: readonly AuditEntry[]): void {
    for (const entry of entries) this.#links.push(createAuditLink(this.#head(), entry));
    if (this.#links.length > maxLinks) this.#links.splice(0, this.#links.length - maxLinks);
  }

  async readLinks(after: number): Promise<readonly AuditLink[]> {
    return this.#links.filter(({ position }) => position > after).slice(0, maxAuditLinksPerRead);
  }

  async readHead(): Promise<AuditHead> {
    return this.#head();
  }

  #head(): AuditHead {
    return this.#links.at(-1) ?? emptyHead;
  }
}
