import { PlaneServer } from '../../../src/sources/simulation/plane-server.js';
import { AstraSimulator } from '../../../src/sources/astra/simulator/astra-simulator.js';
import { CatalogSimulator } from '../../../src/sources/catalog/simulator/catalog-simulator.js';
import { VcfSimulator } from '../../../src/sources/vcf/simulator/vcf-simulator.js';
import { Certificates, type KeyPair, openssl } from '../../upstream/certificates.js';

/** One plane of each kind, one without faults, and an origin to which no request may be sent. All cells of a test file share them. */
export class Planes {
  readonly certificates: { readonly good: KeyPair; readonly bad: readonly KeyPair[]; readonly authority: string } | null;
  readonly #made: Certificates | null;

  private constructor(
    readonly catalog: CatalogSimulator,
    readonly astra: AstraSimulator,
    readonly vcf: VcfSimulator,
    readonly healthy: VcfSimulator,
    readonly otherOrigin: PlaneServer,
  ) {
    this.#made = openssl.isThere ? new Certificates() : null;
    this.certificates = this.#made && createCertificates(this.#made);
  }

  static async start(seed: number): Promise<Planes> {
    const now = Date.now;
    const [catalog, astra, vcf, healthy, otherOrigin] = await Promise.all([
      CatalogSimulator.start({ seed, name: 'catalog', now }),
      AstraSimulator.start({ seed, name: 'astra', now }),
      VcfSimulator.start({ seed, name: 'vcf', now }),
      VcfSimulator.start({ seed, name: 'healthy', now }),
      PlaneServer.start(() => ({ status: 200, body: {} })),
    ]);
    return new Planes(catalog, astra, vcf, healthy, otherOrigin);
  }

  async close(): Promise<void> {
    this.#made?.remove();
    await Promise.all([this.catalog, this.astra, this.vcf, this.healthy, this.otherOrigin].map((plane) => plane.close()));
  }
}

function createCertificates(made: Certificates): Planes['certificates'] {
  made.authority('trusted');
  made.authority('untrusted');
  const valid: [string, string] = ['20200101000000Z', '20991231000000Z'];
  return {
    good: made.server('good', 'trusted', 'IP:127.0.0.1', valid),
    bad: [
      made.server('expired', 'trusted', 'IP:127.0.0.1', ['20200101000000Z', '20200201000000Z']),
      made.server('other', 'trusted', 'DNS:plane.example', valid),
      made.server('unknown', 'untrusted', 'IP:127.0.0.1', valid),
    ],
    authority: made.file('trusted'),
  };
}
