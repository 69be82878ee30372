import dns from 'node:dns';
import { isIP } from 'node:net';

/** The result of a DNS lookup. */
export type Lookup = { readonly address: string } | 'unknown' | 'hangs';

type Callback = (error: NodeJS.ErrnoException | null, address?: unknown, family?: number) => void;

/** The host name of planes in DNS faults; the configuration accepts it as a loopback host. */
export const namedHost = 'localhost';

/**
 * Replaces the DNS lookup of one host name in this process until it is restored; several replacements nest. Node's sockets read the
 * function from the module for each connection.
 */
export class NamedHost {
  lookup: Lookup = { address: '127.0.0.1' };
  readonly #real = dns.lookup;

  constructor(hostName: string = namedHost) {
    const lookup = (name: string, options: unknown, callback?: Callback): void => {
      const done = (typeof options === 'function' ? options : callback) as Callback;
      const isForAll = typeof options === 'object' && options !== null && 'all' in options && options.all === true;
      if (name !== hostName || isIP(name) !== 0) return Reflect.apply(this.#real, dns, [name, options, callback]);
      const now = this.lookup;
      if (now === 'hangs') return;
      if (now === 'unknown') return void setImmediate(() => done(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' })));
      setImmediate(() => (isForAll ? done(null, [{ address: now.address, family: 4 }]) : done(null, now.address, 4)));
    };
    Reflect.set(dns, 'lookup', lookup);
  }

  restore(): void {
    Reflect.set(dns, 'lookup', this.#real);
  }
}
