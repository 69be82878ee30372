import { World, type PlaneName, type WorldOptions } from '../support/world.js';

const planes: readonly PlaneName[] = ['catalog-demo', 'astra-demo', 'vcf-sfo', 'vcf-lax'];

/** A gateway that is exposed to attackers: default limits, without introspection and explorer. */
export class Target {
  readonly world: World;

  private constructor(world: World) {
    this.world = world;
  }

  static async start({ configuration = {}, ...options }: WorldOptions = {}): Promise<Target> {
    return new Target(
      await World.start({ ...options, configuration: { graphql: { introspection: false, explorer: false }, ...configuration } }),
    );
  }

  /** `127.0.0.1:PORT` */
  get host(): string {
    return new URL(this.world.gateway.origin).host;
  }

  /** The number of calls to the task routes of all planes. */
  get upstreamCalls(): number {
    return planes.reduce((sum, name) => sum + this.world.calls(name).length, 0);
  }

  close(): Promise<void> {
    return this.world.close();
  }
}
