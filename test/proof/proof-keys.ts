import { readFileSync } from 'node:fs';

import { Certificates, type KeyPair, openssl } from '../upstream/certificates.js';
import type { ConnectionState } from './connection-states.js';

/** Valid and invalid certificates of the planes. */
export class ProofKeys {
  readonly authority: string;
  readonly good: KeyPair;
  readonly bad: Readonly<Partial<Record<ConnectionState, KeyPair>>>;

  private constructor(made: Certificates, domain: string) {
    made.authority('ours');
    made.authority('theirs');
    const names = `DNS:*.${domain}`;
    const valid: [string, string] = ['20200101000000Z', '20991231000000Z'];
    this.good = made.server('good', 'ours', names, valid);
    this.bad = {
      'expired certificate': made.server('expired', 'ours', names, ['20200101000000Z', '20200201000000Z']),
      'certificate of another host': made.server('other', 'ours', 'DNS:plane.example', valid),
      'unknown authority': made.server('unknown', 'theirs', names, valid),
    };
    this.authority = readFileSync(made.file('ours'), 'utf8');
  }

  /** For all names below a domain; null without openssl. */
  static make(domain: string): ProofKeys | null {
    if (!openssl.isThere) return null;
    const made = new Certificates();
    try {
      return new ProofKeys(made, domain);
    } finally {
      made.remove();
    }
  }
}
