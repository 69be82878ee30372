import { request } from 'undici';

import type { Store } from '../../../src/store/store.js';
import { bearer } from '../../support/callers.js';
import type { Json } from '../../support/post.js';
import { World } from '../../support/world.js';

/** The action quota of a caller in a minute. */
export const perMinute = 3;

/** A gateway with a store of any kind, and callers who may act, who may only read, and who may read the audit trail. */
export class AuditedWorld {
  readonly world: World;
  /** Position up to which the audit trail was read. */
  #position = 0;

  private constructor(world: World) {
    this.world = world;
  }

  static async start(store: (now: () => number) => Store): Promise<AuditedWorld> {
    const everything = [{ actions: ['read', 'retry', 'cancel', 'track'], sources: ['*'] }] as const;
    const world = await World.start({
      store,
      configuration: { limits: { actionsPerMinute: perMinute } },
      callers: {
        sre: everything,
        busy: everything,
        reader: [{ actions: ['read'], sources: ['vcf-sfo', 'catalog-demo'] }],
        auditor: [{ actions: ['audit'], sources: ['*'] }],
      },
    });
    return new AuditedWorld(world);
  }

  /** The entries since the last call. */
  async newEntries(): Promise<readonly Json[]> {
    const lines = await this.lines(this.#position);
    this.#position += lines.length;
    return lines.map((line) => JSON.parse(line).entry);
  }

  /** The audit trail as it is served, after a position. */
  async lines(after = 0): Promise<readonly string[]> {
    const lines: string[] = [];
    for (;;) {
      const { body } = await request(`${this.world.gateway.origin}/audit?after=${after + lines.length}`, { headers: bearer('auditor') });
      const more = (await body.text()).split('\n').filter((line) => line !== '');
      if (more.length === 0) return lines;
      lines.push(...more);
    }
  }

  /** A task that can be retried, or cancelled, or neither. */
  addTask(status: 'FAILED' | 'IN_PROGRESS' | 'SUCCESSFUL', source: 'vcf-sfo' | 'vcf-lax' = 'vcf-sfo'): string {
    return `${source}:${this.world.planes[source].addTask({ status })}`;
  }
}
