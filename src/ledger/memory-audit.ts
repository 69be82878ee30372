import type { AuditEntry } from '../task/audit/audit-entry.js';
import { type AuditHead, emptyHead } from '../task/audit/audit-head.js';
import { type AuditLink, linkAfter } from '../task/audit/audit-link.js';
import type { AuditTrail } from '../task/audit/audit-trail.js';
import { mostAuditLinks } from './keep.js';

/** So many links there are at most; then the oldest go. */
const most = 10_000;

/** A trail that lives as long as the process. */
export class MemoryAudit implements AuditTrail {
  readonly #links: AuditLink[] = [];

  append(...entries: readonly AuditEntry[]): void {
    for (const entry of entries) this.#links.push(linkAfter(this.#head(), entry));
    if (this.#links.length > most) this.#links.splice(0, this.#links.length - most);
  }

  async read(after: number): Promise<readonly AuditLink[]> {
    return this.#links.filter(({ position }) => position > after).slice(0, mostAuditLinks);
  }

  async head(): Promise<AuditHead> {
    return this.#head();
  }

  #head(): AuditHead {
    return this.#links.at(-1) ?? emptyHead;
  }
}
