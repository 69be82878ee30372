import { FullBacklog } from '../faults/full-backlog.js';
import { ProofKeys } from './proof-keys.js';
import { ProofPlane } from './proof-plane.js';

const domain = 'proof.test';

/** An address where no connection can be made. Linux serves all of 127.0.0.0/8 and drops a SYN when the backlog is full; other systems may not. */
const fullAddress = '127.0.0.2';

/** Planes with names of their own; every second one speaks TLS, where openssl is there. */
export class ProofSite {
  readonly planes: readonly ProofPlane[];
  /** PEM. */
  readonly authority: string | undefined;
  readonly #backlog: FullBacklog | null;

  private constructor(planes: readonly ProofPlane[], authority: string | undefined, backlog: FullBacklog | null) {
    this.planes = planes;
    this.authority = authority;
    this.#backlog = backlog;
  }

  static async start(count: number): Promise<ProofSite> {
    const keys = ProofKeys.make(domain);
    const backlog = process.platform === 'linux' ? await FullBacklog.start(fullAddress) : null;
    const planes = Array.from({ length: count }, (_, index) =>
      ProofPlane.start({
        name: `p${index}.${domain}`,
        keys: index % 2 === 0 ? null : keys,
        // A name leads to another address, and never to another port: all planes have that of the full backlog.
        ...(backlog === null
          ? { address: '127.0.0.1', port: 0, fullAddress: null }
          : { address: `127.0.1.${index + 1}`, port: Number(new URL(backlog.url).port), fullAddress }),
      }),
    );
    return new ProofSite(await Promise.all(planes), keys?.authority, backlog);
  }

  async close(): Promise<void> {
    // The last one first: each has put its names before those of the one before.
    for (const plane of this.planes.toReversed()) await plane.close();
    await this.#backlog?.close();
  }
}
