/** The first byte of a frame that is a whole message of text: FIN, and the opcode of text. */
const wholeText = 0x81;

/**
 * What comes before the payload of a text message from a server (RFC 6455, section 5.2), which is one frame without a mask. `ws` frames each
 * message for each socket anew; a message that is the same for thousands of sockets is framed here, and written to their sockets directly.
 *
 * @param length of the payload, in bytes.
 */
export function encodeFrameHeader(length: number): Buffer {
  if (length < 126) return Buffer.from([wholeText, length]);
  if (length < 65_536) {
    const header = Buffer.from([wholeText, 126, 0, 0]);
    header.writeUInt16BE(length, 2);
    return header;
  }
  const header = Buffer.from([wholeText, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}
