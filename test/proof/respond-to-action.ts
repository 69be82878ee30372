import type { ServerResponse } from 'node:http';

import type { BrokenResponse } from './action-faults.js';
import type { Arrival, ProofTask } from './proof-plane.js';

/** Milliseconds that a late answer takes. */
const lateMs = 150;

/** Sends the response to an action. */
export interface Responder {
  readonly response: ServerResponse;
  /** Resets the connection, which a socket with TLS cannot. */
  reset(): void;
  /** Nothing more is sent. */
  fallSilent(): void;
}

const effects = { RETRY: 'IN_PROGRESS', CANCEL: 'CANCELLED' } as const;

/** Records that an action arrived, performs it or not, and responds as the fault of its task says. */
export function answerAction(task: ProofTask, action: Arrival['action'], { response, reset, fallSilent }: Responder): void {
  const { applies, answer, refusals = 0 } = task.fault;
  if (task.arrivals.length < refusals) {
    task.arrivals.push({ action, answer: 'refused the token', isApplied: false });
    return end(response, 401, refusal);
  }
  task.arrivals.push({ action, answer, isApplied: applies });
  if (applies) task.status = effects[action];
  if (typeof answer === 'number') end(response, answer, answer < 400 ? '{}' : refusal);
  else broken[answer]({ response, reset, fallSilent });
}

/** In the form of SDDC Manager, so that it is taken at its word. */
const refusal = JSON.stringify({ errorCode: 'PROOF', message: 'The plane of the proof refuses it' });

function end(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(status === 204 ? undefined : body);
}

function sendPartialBody({ response, reset }: Responder, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"id":', reset);
}

/** As something in front of the plane sends it, whatever the plane answered. */
function sendPage(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/html' }).end('<html>Not here</html>');
}

const broken: Readonly<Record<BrokenResponse, (line: Responder) => void>> = {
  reset: ({ reset }) => reset(),
  end: ({ response }) => void response.socket?.end(),
  'half a status line': ({ response, reset }) => void response.socket?.write('HTTP/1.1 20', reset),
  garbage: ({ response }) => void response.socket?.end('\u0000\u0001 this is no HTTP \r\n\r\n'),
  silence: ({ fallSilent }) => fallSilent(),
  'headers, then silence': ({ response, fallSilent }) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.flushHeaders();
    setTimeout(fallSilent, lateMs);
  },
  'half a body': (line) => sendPartialBody(line, 200),
  '403 page': ({ response }) => sendPage(response, 403),
  '404 page': ({ response }) => sendPage(response, 404),
  '401 page': ({ response }) => sendPage(response, 401),
  HTML: ({ response }) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please log in</html>'),
  late: ({ response }) => void setTimeout(() => end(response, 200, '{}'), lateMs),
  redirect: ({ response }) => void response.writeHead(307, { location: '/v1/elsewhere' }).end(),
  'half a conflict': (line) => sendPartialBody(line, 409),
};
