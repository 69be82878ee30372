import { closeFrame, type Fault, type Moment, textFrame } from './raw-gateway.js';

/** What networks, proxies and broken peers do to a connection at any moment. */
const anyTime: Readonly<Record<string, Fault['strike']>> = {
  silence: () => undefined,
  'a reset': (socket) => void socket.resetAndDestroy(),
  'its end': (socket) => void socket.end(),
  'random bytes': (socket) => void socket.write(Buffer.from('ÿþ\0 random\r\n\r\nbytes '.repeat(20), 'latin1')),
  'random bytes and its end': (socket) => void socket.end(Buffer.from([255, 254, 0, 1, 2, 131, 10, 13, 10, 13])),
};

/** Answers that are not those of a gateway, before the headers of an answer are sent. */
const refusals: Readonly<Record<string, Fault['strike']>> = Object.fromEntries(
  [
    '400 Bad Request',
    '403 Forbidden',
    '404 Not Found',
    '426 Upgrade Required',
    '502 Bad Gateway',
    '200 OK',
    '307 Moved\r\nlocation: /',
  ].flatMap((status) => [
    [status.slice(0, 3), (socket) => void socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n<html>`)] as [string, Fault['strike']],
    [`${status.slice(0, 3)} without an end`, (socket) => void socket.write(`HTTP/1.1 ${status}\r\ncontent-length: 99\r\n\r\n<html>`)],
  ]),
);

const wide = '日'.repeat(40);

/** Frames and messages that are not of the protocol, once a WebSocket is open. */
const messages: Readonly<Record<string, Buffer>> = {
  'a text that is not JSON': textFrame(wide),
  'a number': textFrame('1'),
  null: textFrame('null'),
  'a message without a type': textFrame('{}'),
  'a message of another type': textFrame(`{"type":"${wide}"}`),
  'a result of null': textFrame('{"type":"next","id":"1","payload":null}'),
  'binary data': Buffer.from([0x82, 2, 1, 2]),
  'an invalid frame': Buffer.from([0xff, 0xff, 1, 2]),
  'a masked frame': Buffer.from([0x81, 0x82, 1, 2, 3, 4, 5, 6]),
  'invalid UTF-8': Buffer.from([0x81, 2, 0xc3, 0x28]),
  'a continuation of nothing': Buffer.from([0x80, 1, 65]),
  'a frame of 2 GiB': Buffer.from([0x81, 127, 0, 0, 0, 0, 128, 0, 0, 0]),
  'an invalid close code': closeFrame(5),
  ...Object.fromEntries(
    [1000, 1001, 1006, 1011, 1013, 4004, 4400, 4429, 4500].map((code) => [`a close frame of ${code}`, closeFrame(code)]),
  ),
};

export interface FaultRow extends Fault {
  readonly fault: string;
}

const beforeHeaders: readonly Moment[] = ['connected', 'request received'];
const always: readonly Moment[] = [...beforeHeaders, 'in the headers', 'headers sent', 'in a message', 'message sent'];
const ofWebSockets: readonly Moment[] = ['connection_init received', 'connection_ack sent'];

function rows(moments: readonly Moment[], strikes: Readonly<Record<string, Fault['strike']>>): readonly FaultRow[] {
  return moments.flatMap((moment) => Object.entries(strikes).map(([fault, strike]) => ({ moment, fault, strike })));
}

const messageFaults: Readonly<Record<string, Fault['strike']>> = Object.fromEntries(
  Object.entries(messages).flatMap(([fault, frame]): readonly [string, Fault['strike']][] => [
    [fault, (socket) => void socket.write(frame)],
    [`${fault}, and a reset`, (socket) => void socket.write(frame, () => socket.resetAndDestroy())],
  ]),
);

/** For a subscription over a WebSocket, every moment with everything that can happen at it. */
export const webSocketFaults: readonly FaultRow[] = [
  ...rows([...always, ...ofWebSockets], anyTime),
  ...rows(['request received'], refusals),
  ...rows(['headers sent', ...ofWebSockets, 'message sent'], messageFaults),
];

export const eventStreamFaults: readonly FaultRow[] = [...rows(always, anyTime), ...rows(['request received'], refusals)];

/** For a query; after its last byte nothing can happen to it any more. */
export const queryFaults: readonly FaultRow[] = eventStreamFaults.filter(({ moment }) => moment !== 'message sent');

/** What can happen in the middle of a TLS handshake. */
export const handshakeFaults: readonly FaultRow[] = rows(['connected'], anyTime);

/** What can happen to a WebSocket that the client is closing. */
export const closingFaults: readonly FaultRow[] = rows(['close frame received'], { ...anyTime, ...messageFaults });

/** Every moment at which a client can be closed before its subscription has begun. */
export const unopenedMoments: readonly Moment[] = ['request received', 'in the headers', 'headers sent', 'connection_init received'];
