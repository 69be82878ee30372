/** An example subgraph that runs. */
export interface ExampleSubgraph {
  readonly url: string;
  stop(): Promise<void>;
}

export const exampleNames = ['notes', 'owners', 'hosts'] as const;

interface Starter {
  startExample(name: string, port: number): Promise<ExampleSubgraph>;
}

/** Starts one of schema/examples on a free loopback port. */
export async function startExample(name: (typeof exampleNames)[number]): Promise<ExampleSubgraph> {
  // Not a literal: the examples are plain JavaScript, as their readers would write it.
  const file = new URL('schema/examples/start-example.mjs', `file://${process.cwd()}/`).href;
  const starter: Starter = await import(file);
  return starter.startExample(name, 0);
}
