import { VcfSimulator } from '../../src/sources/vcf/simulator/vcf-simulator.js';
import { startTestGateway, type TestGateway } from '../support/test-gateway.js';

/** One simulated plane and restartable gateways in front of it, which poll it every 20 ms while there are subscribers. */
export class OnePlane {
  readonly plane: VcfSimulator;
  readonly #gateways = new Set<TestGateway['gateway']>();

  private constructor(plane: VcfSimulator) {
    this.plane = plane;
  }

  static async start(): Promise<OnePlane> {
    const plane = await VcfSimulator.start({ seed: 1, name: 'vcf', now: () => Date.UTC(2026, 10, 21, 8) });
    plane.clear();
    return new OnePlane(plane);
  }

  /** A new gateway; its origin. */
  async gateway(configuration: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const poll = { activeMs: 20, idleMs: 20 };
    const source = { name: 'vcf', kind: 'vcf', url: this.plane.url, ...this.plane.settings, poll };
    const { gateway } = await startTestGateway([source], { configuration: { reads: { maxAgeMs: 0 }, ...configuration } });
    this.#gateways.add(gateway);
    return gateway.origin;
  }

  /** Ends the gateways, as a restart does. */
  async stopGateways(): Promise<void> {
    await Promise.all([...this.#gateways].map((gateway) => gateway.close()));
    this.#gateways.clear();
  }

  async close(): Promise<void> {
    await this.stopGateways();
    await this.plane.close();
  }
}
