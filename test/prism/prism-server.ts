import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { upstreamFile } from '../support/upstream-files.js';
import { testTool, testToolsFolder } from '../tools/test-tool.js';

/** For `describeWith`. */
export const prism = testTool('@stoplight/prism-cli');

const program = `${testToolsFolder}/@stoplight/prism-cli/dist/index.js`;

/** A mock server that is generated from the specification of a plane. */
export interface PrismServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts Prism with one specification. With a seed its responses are generated from the schemas, deterministically per
 * request; without one they are the examples of the specification.
 */
export async function startPrism(specification: string, seed: string | null = null): Promise<PrismServer> {
  const mode = seed === null ? [] : ['--dynamic', '--seed', seed];
  const args = [program, 'mock', ...mode, '--host', '127.0.0.1', '--port', '0', upstreamFile(specification)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await waitForUrl(child);
  return {
    url,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Waits for the line with the URL; later lines are read, too, so that the pipe never fills. */
function waitForUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`Prism ended with code ${code} before it listened.`)));
    if (child.stdout === null) return;
    createInterface(child.stdout).on('line', (line) => {
      const url = /Prism is listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}
