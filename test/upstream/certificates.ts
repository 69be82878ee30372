import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A key and a certificate, PEM texts. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** For `describeWith`. */
export const openssl = { isThere: hasOpenssl(), install: 'Install openssl, so that it is found in the PATH.' };

/** Makes authorities and certificates in a temporary folder, for one test file. */
export class Certificates {
  readonly folder = mkdtempSync(join(tmpdir(), 'tributary-tls-'));

  /** An authority that signs itself; its certificate is in the file `<name>.pem`. */
  authority(name: string): KeyPair {
    this.#openssl('req', '-x509', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.pem`, '-days', '30', '-subj', `/CN=${name}`);
    return this.#pair(name);
  }

  /** A certificate for a server that an authority has signed. `names` as in `IP:127.0.0.1,DNS:plane.example`. */
  server(name: string, authority: string, names: string, validity: readonly [notBefore: string, notAfter: string]): KeyPair {
    this.#openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    this.#write('ca.cnf', caConfiguration(authority));
    this.#write('index.txt', '');
    this.#write('extensions.cnf', `subjectAltName=${names}\nbasicConstraints=CA:FALSE\n`);
    const [notBefore, notAfter] = validity;
    const period = ['-startdate', notBefore, '-enddate', notAfter];
    const signed = ['-in', `${name}.csr`, '-out', `${name}.pem`, '-extfile', 'extensions.cnf'];
    this.#openssl('ca', '-batch', '-config', 'ca.cnf', '-notext', ...period, ...signed);
    return this.#pair(name);
  }

  /** A certificate for a server that nobody but itself has signed. */
  selfSigned(name: string): KeyPair {
    const names = ['-addext', 'subjectAltName=IP:127.0.0.1', '-addext', 'basicConstraints=critical,CA:FALSE'];
    this.#openssl(
      'req',
      '-x509',
      ...newKey,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-days',
      '30',
      '-subj',
      `/CN=${name}`,
      ...names,
    );
    return this.#pair(name);
  }

  /** A certificate. */
  read(name: string): string {
    return readFileSync(this.file(name), 'utf8');
  }

  /** The path of a certificate. */
  file(name: string): string {
    return join(this.folder, `${name}.pem`);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  #openssl(...words: readonly string[]): void {
    execFileSync('openssl', words, { cwd: this.folder, stdio: 'pipe' });
  }

  #pair(name: string): KeyPair {
    const read = (ending: string): string => readFileSync(join(this.folder, `${name}.${ending}`), 'utf8');
    return { key: read('key'), cert: read('pem') };
  }

  #write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-sha256'];

/** The least that `openssl ca` wants: only that command can make a certificate that has expired. */
function caConfiguration(authority: string): string {
  return [
    '[ca]',
    'default_ca=own',
    '[own]',
    'new_certs_dir=.',
    'database=index.txt',
    'rand_serial=yes',
    `certificate=${authority}.pem`,
    `private_key=${authority}.key`,
    'default_md=sha256',
    'unique_subject=no',
    'policy=any',
    '[any]',
    'commonName=supplied',
    '',
  ].join('\n');
}

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}
