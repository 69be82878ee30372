import { PlaneServer } from '../../../src/sources/simulation/plane-server.js';
import { AstraSimulator } from '../../../src/sources/astra/simulator/astra-simulator.js';
import { CatalogSimulator } from '../../../src/sources/catalog/simulator/catalog-simulator.js';
import { VcfSimulator } from '../../../src/sources/vcf/simulator/vcf-simulator.js';
import { Certificates, type KeyPair, openssl } from '../../upstream/certificates.js';

/** One plane of each kind, one that is always well, and an origin that nobody may ask. They serve all cells of a file. */
export class Planes {
  readonly certificates: { readonly good: KeyPair; readonly bad: readonly KeyPair[]; readonly authority: string } | null;
  readonly #made: Certificates | null;

  private constructor(
    readonly catalog: CatalogSimulator,
    readonly astra: AstraSimulator,
    readonly vcf: VcfSimulator,
    readonly well: VcfSimulator,
    readonly elsewhere: PlaneServer,
  ) {
    this.#made = openssl.isThere ? new Certificates() : null;
    this.certificates = this.#made && certificatesOf(this.#made);
  }

  static async start(seed: number): Promise<Planes> {
    const now = Date.now;
    const [catalog, astra, vcf, well, elsewhere] = await Promise.all([
      CatalogSimulator.start({ seed, name: 'catalog', now }),
      AstraSimulator.start({ seed, name: 'astra', now }),
      VcfSimulator.start({ seed, name: 'vcf', now }),
      VcfSimulator.start({ seed, name: 'well', now }),
      PlaneServer.start(() => ({ status: 200, body: {} })),
    ]);
    return new Planes(catalog, astra, vcf, well, elsewhere);
  }

  async close(): Promise<void> {
    this.#made?.remove();
    await Promise.all([this.catalog, this.astra, this.vcf, this.well, this.elsewhere].map((plane) => plane.close()));
  }
}

function certificatesOf(made: Certificates): Planes['certificates'] {
  made.authority('ours');
  made.authority('theirs');
  const valid: [string, string] = ['20200101000000Z', '20991231000000Z'];
  return {
    good: made.server('good', 'ours', 'IP:127.0.0.1', valid),
    bad: [
      made.server('expired', 'ours', 'IP:127.0.0.1', ['20200101000000Z', '20200201000000Z']),
      made.server('other', 'ours', 'DNS:plane.example', valid),
      made.server('unknown', 'theirs', 'IP:127.0.0.1', valid),
    ],
    authority: made.file('ours'),
  };
}
