// A heat map as a PNG in a data URL, for hovers, which show nothing else. Knows no editor.
import { deflateSync } from 'node:zlib';
import type { HeatMap } from '../../engine/protocol';

/** Pictures are made about this wide, by whole pixels for each cell. */
const wantedWidth = 160;

export function pictureUrl({ width, height, values }: HeatMap): string {
  if (width === 0 || height === 0) return '';
  const scale = Math.max(1, Math.floor(wantedWidth / Math.max(width, height)));
  const [w, h] = [width * scale, height * scale];
  let largest = 0;
  for (const value of values)
    if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  const row = 1 + 3 * w;
  // Each line of pixels begins with its filter, which is none.
  const pixels = new Uint8Array(h * row);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const value = values[Math.floor(y / scale) * width + Math.floor(x / scale)]!;
      pixels.set(colorOf(value, largest), y * row + 1 + 3 * x);
    }
  }
  const png = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header(w, h)),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return `data:image/png;base64,${png.toString('base64')}`;
}

/** Blue below 0, orange above, nearly black at 0; what is no number is magenta. */
function colorOf(value: number, largest: number): [number, number, number] {
  if (!Number.isFinite(value)) return [255, 0, 255];
  const t = largest === 0 ? 0 : Math.sqrt(Math.abs(value) / largest);
  const [r, g, b] = value < 0 ? [64, 156, 255] : [255, 158, 44];
  const mix = (to: number): number => Math.round(24 + (to - 24) * t);
  return [mix(r), mix(g), mix(b)];
}

function header(width: number, height: number): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  // Eight bits a channel, red, green and blue.
  data[8] = 8;
  data[9] = 2;
  return data;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(checksum(body), body.length + 4);
  return out;
}

/** CRC-32, as PNG wants it (https://www.w3.org/TR/png-3/#D-CRCAppendix). */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
