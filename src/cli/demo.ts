import { stringify } from 'yaml';

import type { DemoControl } from '../server/demo-routes.js';
import { type FaultName, namedFaults } from '../sources/simulation/named-faults.js';
import type { SimulatedPlane } from '../sources/simulation/simulated-plane.js';
import type { SourceModule } from '../sources/source-module.js';

/** Simulated planes of every kind, and the configuration that connects to them. */
export interface DemoPlanes {
  /** YAML, as in a configuration file. */
  readonly configuration: string;
  readonly planes: readonly SimulatedPlane[];
  /** Breaks planes and mends them. */
  readonly control: DemoControl;
  close(): Promise<void>;
}

interface DemoOptions {
  readonly modules: readonly SourceModule[];
  /** The same seed gives the same tasks. */
  readonly seed: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Whether there are three days of work at the pace of real planes; otherwise everything happens within minutes. */
  readonly isLifelike?: boolean;
}

/** Starts the planes on free loopback ports. Their clocks stand still until `advance` or `advanceInRealTime`. */
export async function startDemoPlanes({ modules, seed, now, isLifelike = false }: DemoOptions): Promise<DemoPlanes> {
  const sites = modules.flatMap((module) => module.demo.map((site) => ({ module, site })));
  const running = await Promise.all(
    sites.map(async ({ module, site }) => ({ module, site, plane: await module.simulate({ seed, name: site.name, now, isLifelike }) })),
  );
  const planes = running.map(({ plane }) => plane);
  const sources = running.map(({ module, site, plane }) => ({ ...site, kind: module.kind, url: plane.url, ...plane.settings }));
  return {
    configuration: stringify({
      server: { cors: [...sandboxOrigins, ...loopbackOrigins] },
      graphql: { introspection: true, explorer: true },
      auth: { mode: 'none' },
      store: { kind: 'memory' },
      sources,
    }),
    planes,
    control: createControl(running.map(({ site, plane }) => ({ ...site, plane }))),
    close: async () => {
      await Promise.all(planes.map((plane) => plane.close()));
    },
  };
}

interface NamedPlane {
  readonly name: string;
  readonly displayName: string;
  readonly plane: SimulatedPlane;
}

function createControl(planes: readonly NamedPlane[]): DemoControl {
  const broken = new Map<string, FaultName>();
  const faults = Object.keys(namedFaults) as FaultName[];
  return {
    faults,
    planes: () => planes.map(({ name, displayName }) => ({ name, displayName, fault: broken.get(name) ?? null })),
    setFault: (name, fault) => {
      const found = planes.find((plane) => plane.name === name);
      if (found === undefined) return false;
      const known = faults.find((each) => each === fault);
      found.plane.server.fault = known === undefined ? null : namedFaults[known];
      if (known === undefined) broken.delete(name);
      else broken.set(name, known);
      return true;
    },
  };
}

const sandboxOrigins = ['https://studio.apollographql.com', 'https://sandbox.embed.apollographql.com'];

/** Pages that a front-end developer serves on the own machine. */
const loopbackOrigins = ['http', 'https'].flatMap((scheme) => ['localhost', '127.0.0.1', '[::1]'].map((host) => `${scheme}://${host}:*`));

const tickMs = 1_000;

/** Advances the clocks of the planes with real time, until the returned function is called. */
export function advanceInRealTime(planes: readonly SimulatedPlane[]): () => void {
  const timer = setInterval(() => {
    for (const plane of planes) plane.advance(tickMs);
  }, tickMs);
  return () => clearInterval(timer);
}
