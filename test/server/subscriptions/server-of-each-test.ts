import { afterEach, beforeEach, expect } from '@jest/globals';
import type { FastifyInstance } from 'fastify';

import type { Feed } from './feed.js';
import { type LiveServer, type LiveServerOptions, startLiveServer } from './live-server.js';

/** A live server for each test of a file. When a test ends nothing is subscribed any more, and nothing unexpected is in the log. */
export class ServerOfEachTest implements LiveServer {
  #server: LiveServer | null = null;
  #expectedInLog: RegExp | null = null;

  constructor() {
    beforeEach(async () => {
      this.#expectedInLog = null;
      this.#server = await startLiveServer();
    });
    afterEach(async () => {
      await this.app.close();
      expect(this.feed.count).toBe(0);
      expect(this.log.filter((line) => this.#expectedInLog?.test(line) !== true)).toEqual([]);
    });
  }

  get app(): FastifyInstance {
    return this.#running.app;
  }

  get host(): string {
    return this.#running.host;
  }

  get feed(): Feed {
    return this.#running.feed;
  }

  get counts(): LiveServer['counts'] {
    return this.#running.counts;
  }

  get log(): readonly string[] {
    return this.#running.log;
  }

  get logged(): Promise<string> {
    return this.#running.logged;
  }

  /** Another server for this test. */
  async restart(options: LiveServerOptions): Promise<void> {
    await this.app.close();
    this.#server = await startLiveServer(options);
  }

  /** Lines like this may be in the log of this test. */
  expectInLog(line: RegExp): void {
    this.#expectedInLog = line;
  }

  get #running(): LiveServer {
    if (this.#server === null) throw new Error('No test runs.');
    return this.#server;
  }
}
