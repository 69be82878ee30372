import type { FastifyBaseLogger } from 'fastify';
import { pino, stdSerializers } from 'pino';

import type { LogSettings } from '../config/configuration.js';
import { escapeInvisible } from '../lib/invisible-text.js';
import { isJsonObject, parseJson } from '../model/scalars.js';
import type { Io } from './io.js';

/** The log of a server: everything that it writes to standard error, in one format. */
export interface ServeLog {
  readonly logger: FastifyBaseLogger;
  /** Applies the section `log` of the configuration. Until then level and format are the defaults. */
  configure(settings: LogSettings): void;
}

/** Creates the log. Each entry is one line of JSON, or is formatted for people where standard error is a terminal. */
export function createServeLog({ err, isErrTerminal, now }: Pick<Io, 'err' | 'isErrTerminal' | 'now'>): ServeLog {
  let isPretty = isErrTerminal;
  const write = (line: string): void => err(isPretty ? formatForTerminal(line) : escapeInvisible(line.trimEnd()));
  const logger = pino(
    {
      level: 'info',
      base: null,
      timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
      serializers: { err: serializeError },
      redact: ['req.headers.authorization'],
    },
    { write },
  );
  return {
    logger,
    configure: ({ level, format }) => {
      logger.level = level;
      isPretty = format === 'auto' ? isErrTerminal : format === 'pretty';
    },
  };
}

/** The same process for what all commands have in common, whose warnings go to the log instead. */
export function warnInLog(io: Io, { logger }: ServeLog): Io {
  return { ...io, err: (line) => logger.warn(line) };
}

/** What helps to find a defect. Drivers attach more, such as the values of a row. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return stdSerializers.err(error as Error);
  const { type, message, stack } = stdSerializers.err(error);
  return { type, message, stack, ...('code' in error && { code: error.code }) };
}

/** No pino-pretty: it is a dependency of its own, with a worker, for what takes these few lines. */
function formatForTerminal(line: string): string {
  const entry = parseJson(line);
  if (!isJsonObject(entry)) return line.trimEnd();
  const { level, time, msg = '', err, ...members } = entry;
  const stack = isJsonObject(err) ? toText(err['stack'] ?? '').split('\n') : [];
  const shown = Object.entries(members).map(([name, value]) => `${name}=${toText(value)}`);
  const first = [toText(time).slice('2000-01-01T'.length, -1), toText(level).toUpperCase().padEnd(5), toText(msg), ...shown].join(' ');
  return [first, ...stack.map((text) => `  ${text}`)].map(escapeControls).join('\n');
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a caller wrote, such as the reason of an action, must not move the cursor of the terminal. */
function escapeControls(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
