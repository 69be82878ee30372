/** A PostgreSQL URL, taken apart. It holds a password: only `display` may be shown. */
export interface PostgresUrl {
  /** In the order in which they are tried; at least one. */
  readonly hosts: readonly PostgresHost[];
  /** Absent: the driver takes those of the environment (PGUSER, PGPASSWORD, PGDATABASE). */
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly database?: string | undefined;
  /** Null where the URL does not say. */
  readonly tls: 'off' | 'unverified' | 'verified' | null;
  /** The connection begins with TLS, without asking the server first. */
  readonly isTlsDirect: boolean;
  /** Paths of PEM files, by what they contain. */
  readonly tlsFiles: Readonly<Partial<Record<TlsFile, string>>>;
  readonly applicationName?: string | undefined;
  /** Run-time parameters of the server, by name, which are set after connecting. */
  readonly settings: ReadonlyMap<string, string>;
  /** Hosts and database, without user, password and parameters. */
  readonly display: string;
}

interface PostgresHost {
  /** A name, an address, or the folder of a Unix socket. Absent: PGHOST, else localhost. */
  readonly host?: string | undefined;
  /** Absent: PGPORT, else 5432. */
  readonly port?: number | undefined;
}

type TlsFile = 'ca' | 'cert' | 'key';

/** A URL, or what was expected instead; those words contain nothing of the text, any part of which may be a password. */
type ParsedPostgresUrl = { readonly url: PostgresUrl } | { readonly expected: string };

/**
 * Parses a PostgreSQL URL strictly. The URL class, and with it the driver, cuts a password at an unencoded character and
 * takes the rest for a host, which would then be looked up and printed.
 */
export function parsePostgresUrl(text: string): ParsedPostgresUrl {
  try {
    return { url: parse(text) };
  } catch (error) {
    if (error instanceof Expectation) return { expected: error.message };
    throw error;
  }
}

/** Ends the parsing; the message is what was expected. */
class Expectation extends Error {
  override readonly name = 'Expectation';
}

const inCredentials = 'in the user name or password';

function parse(text: string): PostgresUrl {
  const [, rest] = /^postgres(?:ql)?:\/\/(.*)$/s.exec(text) ?? [];
  if (rest === undefined) throw new Expectation('expected a URL that begins with postgres://');
  if (/[\s\p{Cc}\\]/u.test(rest)) throw new Expectation('expected a URL without blanks and backslashes; encode a blank as %20');
  if (rest.includes('#')) throw new Expectation(`expected each # ${inCredentials} to be encoded as %23`);
  const [beforeQuery = '', ...queries] = rest.split('?');
  if (queries.length > 1 || queries[0]?.includes('@')) {
    throw new Expectation(`expected each ? ${inCredentials} to be encoded as %3F, and each @ in a parameter as %40`);
  }
  const parts = beforeQuery.split('@');
  if (parts.length > 2) throw new Expectation(`expected each @ ${inCredentials} to be encoded as %40`);
  const [credentials = '', location = ''] = parts.length === 2 ? parts : ['', ...parts];
  if (credentials.includes('/')) throw new Expectation(`expected each / ${inCredentials} to be encoded as %2F`);
  if (/%(?![0-9a-f]{2})/i.test(rest)) throw new Expectation('expected each % that begins no escape, such as %40, to be written as %25');
  return assemble(credentials, location, parseParameters(queries[0] ?? ''));
}

function assemble(credentials: string, location: string, parameters: ReadonlyMap<string, string>): PostgresUrl {
  const slash = location.indexOf('/');
  const [authority, path] = slash === -1 ? [location, ''] : [location.slice(0, slash), location.slice(slash + 1)];
  if (path.includes('/')) throw new Expectation('expected one name of a database after the host, with each / in it encoded as %2F');
  const colon = credentials.indexOf(':');
  const [user, password] = colon === -1 ? [credentials, ''] : [credentials.slice(0, colon), credentials.slice(colon + 1)];
  const hosts = authority === '' ? [{}] : authority.split(',').map(parseHost);
  const named = nameHost(hosts, parameters);
  return {
    hosts: named,
    user: parameters.get('user') ?? decodeNonEmpty(user),
    password: parameters.get('password') ?? decodeNonEmpty(password),
    database: parameters.get('dbname') ?? decodeNonEmpty(path),
    ...parseTls(parameters),
    applicationName: parameters.get('application_name'),
    settings: parseSettings(parameters),
    display: `postgres://${authority}/${path}`,
  };
}

/** One member of the host list: the first port that is no number may be a password without its `@host`. */
function parseHost(text: string): PostgresHost {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::([^:]*))?$/i.exec(text) ?? [];
  const host = bracketed ?? decode(plain ?? '');
  const isHost = bracketed !== undefined || /^[\w.-]+$/.test(host) || host.startsWith('/');
  if (!isHost) throw new Expectation('expected user:password@host:port, with a host name or an address, or several separated by commas');
  return { host, port: port === undefined ? undefined : parsePort(port) };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) {
    throw new Expectation('expected a port from 1 to 65535 after the host, or a host after the user and the password');
  }
  return port;
}

/** The parameters host and port name one host, such as the folder of a Unix socket. */
function nameHost(hosts: readonly PostgresHost[], parameters: ReadonlyMap<string, string>): readonly PostgresHost[] {
  const [host, port] = [parameters.get('host'), parameters.get('port')];
  if (host === undefined && port === undefined) return hosts;
  if (hosts.length > 1 || host?.includes(',') === true) {
    throw new Expectation('expected a list of hosts before the name of the database, and not in the parameter host');
  }
  const [{ host: first, port: firstPort } = {}] = hosts;
  return [{ host: host ?? first, port: port === undefined ? firstPort : parsePort(port) }];
}

function decodeNonEmpty(text: string): string | undefined {
  return text === '' ? undefined : decode(text);
}

function decode(text: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw new Expectation('expected percent-encoded characters to be UTF-8');
  }
  if (decoded.includes('\0')) throw new Expectation('expected a URL without %00');
  return decoded;
}

const tlsModes: ReadonlyMap<string, PostgresUrl['tls']> = new Map([
  ['disable', 'off'],
  ['no-verify', 'unverified'],
  // libpq does not verify in these two, which would give the password to any machine that answers.
  ['prefer', 'verified'],
  ['require', 'verified'],
  ['verify-ca', 'verified'],
  ['verify-full', 'verified'],
]);

/** Parameters that name a setting of the server. */
const settingParameters = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];

const knownParameters: readonly string[] = [
  'host',
  'port',
  'user',
  'password',
  'dbname',
  'application_name',
  'target_session_attrs',
  'options',
  'ssl',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'sslnegotiation',
  ...settingParameters,
];

function parseParameters(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of query === '' ? [] : query.split('&')) {
    const [name = '', ...value] = pair.split('=');
    // The name is not shown: it may be a part of a password with an unencoded & or ? in it.
    if (!knownParameters.includes(name) || value.length === 0) {
      throw new Expectation(`expected only these parameters after the ?: ${knownParameters.join(', ')}`);
    }
    parameters.set(name, decode(value.join('=').replaceAll('+', ' ')));
  }
  const target = parameters.get('target_session_attrs') ?? 'read-write';
  if (target !== 'read-write' && target !== 'primary') {
    throw new Expectation('expected target_session_attrs=read-write or primary, because the store is written to');
  }
  return parameters;
}

function parseTls(parameters: ReadonlyMap<string, string>): Pick<PostgresUrl, 'tls' | 'isTlsDirect' | 'tlsFiles'> {
  const mode = parameters.get('sslmode') ?? parseSsl(parameters.get('ssl'));
  if (mode !== undefined && !tlsModes.has(mode)) throw new Expectation(`expected sslmode ${[...tlsModes.keys()].join(', ')}`);
  const files = { ca: parameters.get('sslrootcert'), cert: parameters.get('sslcert'), key: parameters.get('sslkey') };
  if ((files.cert === undefined) !== (files.key === undefined)) throw new Expectation('expected sslcert and sslkey together');
  const tlsFiles = Object.fromEntries(Object.entries(files).filter(([, path]) => path !== undefined));
  const isTlsDirect = parameters.get('sslnegotiation') === 'direct';
  const needsTls = isTlsDirect || Object.keys(tlsFiles).length > 0;
  const tls = mode === undefined ? (needsTls ? 'verified' : null) : (tlsModes.get(mode) ?? null);
  if (tls === 'off' && needsTls) throw new Expectation('expected another sslmode than disable, or no other parameters of TLS');
  return { tls, isTlsDirect, tlsFiles };
}

function parseSsl(ssl: string | undefined): string | undefined {
  if (ssl === undefined) return undefined;
  if (ssl === 'true' || ssl === '1') return 'verify-full';
  if (ssl === 'false' || ssl === '0') return 'disable';
  throw new Expectation('expected ssl=true or ssl=false');
}

/** The settings in `options`, such as `-c search_path=tasks`, and those with a parameter of their own. */
function parseSettings(parameters: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const option of parameters.get('options')?.replaceAll(/-c\s+/g, '--').trim().split(/\s+/) ?? []) {
    const [, name, value] = /^--([\w.-]+)=(.*)$/.exec(option) ?? [];
    if (name === undefined || value === undefined) throw new Expectation('expected options such as -c%20search_path=tasks');
    settings.set(name.replaceAll('-', '_'), value);
  }
  for (const name of settingParameters) {
    const value = parameters.get(name);
    if (value === undefined) continue;
    if (!/^\d{1,9}$/.test(value)) throw new Expectation(`expected ${name} in milliseconds`);
    settings.set(name, value);
  }
  return settings;
}
