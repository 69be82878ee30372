/** A frame of a client. Its masking key is zero, so that its payload is as it was. */
export function encodeFrame(opcode, payload) {
  const body = Buffer.from(payload);
  const head =
    body.length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | body.length])
      : Buffer.from([0x80 | opcode, 0xfe, body.length >> 8, body.length & 255]);
  return Buffer.concat([head, Buffer.alloc(4), body]);
}

/** Cuts what a server sends into frames, each of which is a message. */
export class WebSocketMessages {
  #rest = Buffer.alloc(0);
  #deliver;

  /** `deliver` gets the opcode and the payload of each message. */
  constructor(deliver) {
    this.#deliver = deliver;
  }

  push(chunk) {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const payload = findPayload(bytes);
      if (payload === null) break;
      this.#deliver(bytes[0] & 15, bytes.subarray(payload.start, payload.end));
      bytes = bytes.subarray(payload.end);
    }
    this.#rest = bytes;
  }
}

/** Where the payload of the first frame begins and ends; null: the frame is not complete yet. */
function findPayload(bytes) {
  if (bytes.length < 2) return null;
  const short = bytes[1] & 127;
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < start) return null;
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  return bytes.length < start + length ? null : { start, end: start + length };
}

/** A frame of a server. */
export function encodeServerFrame(opcode, payload) {
  const body = Buffer.from(payload);
  const head = body.length < 126 ? [body.length] : [126, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([0x80 | opcode, ...head]), body]);
}
