import { isWireObject, type WireObject, filterObjects, tryParseJson } from '../../../../src/sources/vcf/simulator/wire-format.js';
import { VcfSimulator } from '../../../../src/sources/vcf/simulator/vcf-simulator.js';

/** What the simulated plane answered: `body` is its JSON, an object without keys when it is none. */
export interface SimulatorAnswer {
  readonly status: number;
  readonly text: string;
  readonly body: WireObject;
}

/** 2026-03-01, 12:00 UTC: where the time of the tests begins. */
export const startOfTests = Date.UTC(2026, 2, 1, 12);

/** A simulated site and a logged-in caller of it, over HTTP. */
export class SimulatorClient {
  readonly simulator: VcfSimulator;
  /** The plane's clock, for tokens. */
  readonly clock: { now: number };
  authorization = '';

  private constructor(simulator: VcfSimulator, clock: { now: number }) {
    this.simulator = simulator;
    this.clock = clock;
  }

  static async start({ seed = 1, name = 'vcf-sfo' } = {}): Promise<SimulatorClient> {
    const clock = { now: startOfTests };
    const client = new SimulatorClient(await VcfSimulator.start({ seed, name, now: () => clock.now }), clock);
    await client.logIn();
    return client;
  }

  async logIn(): Promise<SimulatorAnswer> {
    const answer = await this.send('POST', '/v1/tokens', JSON.stringify(this.simulator.settings.credentials));
    this.authorization = `Bearer ${String(answer.body['accessToken'])}`;
    return answer;
  }

  async send(method: string, path: string, body?: string): Promise<SimulatorAnswer> {
    const headers = { 'content-type': 'application/json', authorization: this.authorization };
    const response = await fetch(this.simulator.url + path, { method, headers, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    const json = tryParseJson(text);
    return { status: response.status, text, body: isWireObject(json) ? json : {} };
  }

  get(path: string): Promise<SimulatorAnswer> {
    return this.send('GET', path);
  }

  /** The elements of a list. */
  async list(path: string): Promise<WireObject[]> {
    return filterObjects((await this.get(path)).body['elements']);
  }

  /** Of GET /v1/tasks/{id}. */
  async statusOf(id: string): Promise<unknown> {
    return (await this.get(`/v1/tasks/${id}`)).body['status'];
  }
}
