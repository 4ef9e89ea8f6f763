/** The check value that tells a whole link from a cut or edited one. */

const bytes = new TextEncoder();

/** CRC-16/CCITT-FALSE (polynomial 0x1021, start 0xFFFF) of UTF-8 text as four hex digits. */
export function checkValue(text: string): string {
  let crc = 0xffff;
  for (const byte of bytes.encode(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
    }
  }
  return crc.toString(16).padStart(4, "0");
}
