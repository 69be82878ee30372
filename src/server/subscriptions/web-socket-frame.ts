/** The first byte of a frame that is a whole message of text: FIN, and the opcode of text. */
const wholeText = 0x81;

/**
 * The start of a text message from a server (RFC 6455, section 5.2), which is one frame without a mask: its header, and how its text begins.
 * `ws` frames each message for each socket anew; of a message that thousands of sockets get, only this differs, and the rest is shared.
 *
 * @param textStart is at least one byte.
 * @param restLength how many bytes of the text follow.
 */
export function encodeFrameStart(textStart: Buffer, restLength: number): Buffer {
  const length = textStart.length + restLength;
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerLength + textStart.length);
  frame[0] = wholeText;
  if (headerLength === 2) frame[1] = length;
  else if (headerLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  textStart.copy(frame, headerLength);
  return frame;
}
