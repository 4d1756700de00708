/**
 * Binary messages of the stream, read.
 *
 * Owns the head that `minhbach/centre/stream/wire.py` writes: kind, tile, epoch, number of samples, presentation time
 * of the first (Unix µs), the others' times after it. Promises to throw for anything shorter than it says.
 */

export const PICTURE_INIT = 1;
export const SOUND_INIT = 2;
export const PICTURE = 3;
export const SOUND = 4;
export const STILL = 5;

const HEAD_BYTES = 16;

/** {kind, tile, epoch, us, times: µs of each sample, data: bytes of MP4 or JPEG}. */
export function read(buffer) {
  const view = new DataView(buffer);
  const count = view.getUint32(4);
  const us = view.getFloat64(8);
  const times = [];
  for (let index = 0; index < count; index += 1) times.push(us + view.getUint32(HEAD_BYTES + 4 * index));
  return {
    kind: view.getUint8(0),
    tile: view.getUint8(1),
    epoch: view.getUint16(2),
    us,
    times,
    data: new Uint8Array(buffer, HEAD_BYTES + 4 * count),
  };
}
