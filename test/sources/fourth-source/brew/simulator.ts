import { PlaneServer } from '../../../../src/sources/simulation/plane-server.js';
import { Random } from '../../../../src/sources/simulation/random.js';
import type { SimulatedPlane, SimulationOptions } from '../../../../src/sources/simulation/simulated-plane.js';

/** A brew as the machine stores it. */
interface Brew {
  readonly id: string;
  readonly state: string;
  readonly beans?: string;
  readonly error?: string;
  readonly warning?: string;
}

/** A machine with a few brews; advancing its time finishes the next one. */
export class BrewSimulator implements SimulatedPlane {
  readonly settings = { credentials: { token: 'brew-token' } };
  readonly brews: Brew[];

  private constructor(
    readonly server: PlaneServer,
    random: Random,
  ) {
    const states = ['waiting', 'brewing', 'done', 'spilled', 'dancing'];
    this.brews = states.map((state, index) => ({ id: `b${index}-${random.text(6, 'abcdef0123456789')}`, state, beans: 'Arabica' }));
    this.brews.push({ id: 'b9', state: 'spilled', error: 'No water.', warning: 'Descale it.' });
  }

  static async start({ seed, name }: SimulationOptions): Promise<BrewSimulator> {
    const server = await PlaneServer.start(({ path, headers, method }) => {
      if (headers['authorization'] !== 'Bearer brew-token') return { status: 401, body: {} };
      if (path === '/brews') return { status: 200, body: simulator.brews };
      const index = simulator.brews.findIndex(({ id }) => path === `/brews/${id}` || path === `/brews/${id}/again`);
      const brew = simulator.brews[index];
      if (brew === undefined) return { status: 404, body: {} };
      if (method === 'POST') simulator.brews[index] = { ...brew, state: 'brewing' };
      return { status: 200, body: simulator.brews[index] };
    });
    const simulator = new BrewSimulator(server, Random.named(seed, name));
    return simulator;
  }

  get url(): string {
    return this.server.url;
  }

  advance(): void {
    const index = this.brews.findIndex(({ state }) => state === 'brewing');
    const brew = this.brews[index];
    if (brew !== undefined) this.brews[index] = { ...brew, state: 'done' };
  }

  close(): Promise<void> {
    return this.server.close();
  }
}
