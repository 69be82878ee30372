import dns from 'node:dns';
import { isIP } from 'node:net';

/** What becomes of looking a name up. */
export type Lookup = { readonly address: string } | 'unknown' | 'hangs';

type Callback = (error: NodeJS.ErrnoException | null, address?: unknown, family?: number) => void;

/** The name that planes have in the faults of names and addresses; the configuration takes it for loopback. */
export const namedHost = 'localhost';

/**
 * Looks a name up as a test wants it, everywhere in this process, until it is taken back; of several, the last one first. Node's
 * sockets take the function from the module at each connection.
 */
export class NamedHost {
  lookup: Lookup = { address: '127.0.0.1' };
  readonly #real = dns.lookup;

  constructor(ours: string = namedHost) {
    const lookup = (name: string, options: unknown, callback?: Callback): void => {
      const done = (typeof options === 'function' ? options : callback) as Callback;
      const wantsAll = typeof options === 'object' && options !== null && 'all' in options && options.all === true;
      if (name !== ours || isIP(name) !== 0) return Reflect.apply(this.#real, dns, [name, options, callback]);
      const now = this.lookup;
      if (now === 'hangs') return;
      if (now === 'unknown') return void setImmediate(() => done(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' })));
      setImmediate(() => (wantsAll ? done(null, [{ address: now.address, family: 4 }]) : done(null, now.address, 4)));
    };
    Reflect.set(dns, 'lookup', lookup);
  }

  takeBack(): void {
    Reflect.set(dns, 'lookup', this.#real);
  }
}
