import { readStream, type Stream } from '../../server/subscriptions/read-stream.js';
import type { Json } from '../../support/post.js';

/** Subscribes to the health of one source over server-sent events. */
export class HealthStream {
  readonly statuses: string[] = [];
  readonly texts: string[] = [];
  readonly #stream: Stream;
  readonly #sourceName: string;
  #waiting: (() => void) | null = null;
  #hasEnded = false;

  private constructor(stream: Stream, sourceName: string) {
    this.#stream = stream;
    this.#sourceName = sourceName;
    void this.#read();
  }

  static async open(host: string, sourceName: string): Promise<HealthStream> {
    const query = 'subscription { taskSourceHealthChanged { name health { status circuit problem { kind message } } } }';
    return new HealthStream(await readStream(host, { headers: { accept: 'text/event-stream' }, body: { query } }), sourceName);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** The next received status, or a buffered one; null when none arrives within `ms` milliseconds. */
  async next(ms: number): Promise<string | null> {
    if (this.statuses.length === 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#waiting = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.statuses.shift() ?? null;
  }

  close(): void {
    this.#stream.response.destroy();
  }

  async #read(): Promise<void> {
    for (let block = await this.#stream.next(); block !== null; block = await this.#stream.next()) {
      const [event, data = ''] = block.split('\n');
      if (event !== 'event: next') continue;
      const payload: Json = JSON.parse(data.slice('data: '.length));
      this.texts.push(data);
      const source = payload.data?.taskSourceHealthChanged;
      if (source?.name !== this.#sourceName) continue;
      this.statuses.push(source.health.status);
      this.#waiting?.();
    }
    this.#hasEnded = true;
  }
}
