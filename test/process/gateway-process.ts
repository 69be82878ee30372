import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * What a process left behind. `err`: the lines of stderr; of a log, which has to be JSON, the messages from level `warn` on. The line on
 * the age of Node is left out.
 */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface ProcessOptions {
  /** The working folder; an empty one by default. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Instead of the gateway's own. */
  readonly command?: readonly [program: string, ...words: readonly string[]];
  /** It hangs when it has not ended by itself after so many milliseconds. */
  readonly hangsAfterMs?: number;
  /** In a process group of its own. */
  readonly group?: boolean;
}

/** A process that does not end by itself in this time hangs, where nothing else is said. Milliseconds. */
const usuallyHangsAfterMs = 120_000;

/** The program, as it was built. */
export const main = resolve('dist/main.js');
const running = new Set<GatewayProcess>();
const folders: string[] = [];

/** Builds dist/ if it is older than the sources. */
export function build(): void {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build-if-stale.mjs'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The build failed: ${stderr}`);
}

/** A new folder with these files in it. */
export function folderWith(files: Readonly<Record<string, string | Buffer>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-process-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

/** Ends what a test left running, and removes its folders. */
export async function cleanUp(): Promise<void> {
  const left = [...running];
  for (const one of left) one.signal('SIGKILL');
  await Promise.all(left.map(({ ended }) => ended));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** The built gateway as a process of its own, with nothing of the environment of the test but its PATH. */
export class GatewayProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly #inGroup: boolean;
  #out = '';
  #err = '';

  constructor(words: readonly string[], options: ProcessOptions = {}) {
    const { cwd, env = {}, command = [process.execPath, main], hangsAfterMs = usuallyHangsAfterMs, group = false } = options;
    const [program, ...first] = command;
    this.#inGroup = group;
    this.child = spawn(program, [...first, ...words], {
      cwd: cwd ?? folderWith(),
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: group,
      timeout: hangsAfterMs,
      killSignal: 'SIGKILL',
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#out += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#err += text));
    running.add(this);
    this.ended = new Promise((done) => {
      this.child.on('close', (code, signal) => {
        running.delete(this);
        done({ code, signal, out: this.#out, err: readMessages(this.#err) });
      });
    });
  }

  /** Runs a command to its end. */
  static run(words: readonly string[], options?: ProcessOptions): Promise<Ended> {
    return new GatewayProcess(words, options).ended;
  }

  /** Starts a server and waits for its line. */
  static serve(words: readonly string[], options?: ProcessOptions): Promise<GatewayProcess> {
    return new GatewayProcess(words, options).ready();
  }

  /** Waits for the line that says that it listens. */
  async ready(): Promise<this> {
    await new Promise<void>((ready, failed) => {
      this.child.stdout?.on('data', () => this.#out.includes('/graphql\n') && ready());
      void this.ended.then(({ code, err }) => failed(new Error(`It ended with ${code} before it was ready: ${err}`)));
    });
    return this;
  }

  /** The endpoint, as its line says it. */
  get url(): string {
    return /ready at (\S+)/.exec(this.#out)?.[1] ?? '';
  }

  /** All that stderr has had so far. */
  get err(): string {
    return this.#err;
  }

  signal(name: NodeJS.Signals): void {
    if (this.#inGroup && this.child.pid !== undefined) process.kill(-this.child.pid, name);
    else this.child.kill(name);
  }

  stop(name: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.signal(name);
    return this.ended;
  }
}

function readMessages(text: string): string {
  const lines = text.split('\n').map((line) => {
    if (!line.startsWith('{')) return line;
    const { level, msg } = JSON.parse(line);
    return level === 'info' ? null : msg;
  });
  const messages = lines.filter((line) => line !== null && !/^Node \d\S* is past its end of life/.test(line));
  return messages.join('\n');
}
