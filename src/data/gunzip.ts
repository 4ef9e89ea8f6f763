/** Gzip by the platform's own decompressor, with a guard against files that inflate without end. */
import { DataError } from "./data-error.ts";

/** Most bytes a compressed file may become: 1 GiB. */
export const MAX_INFLATED = 2 ** 30;

/** Whether the bytes start as gzip does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The decompressed bytes.
 * @throws DataError "truncated" when compression breaks off or is damaged, "huge" past `limit`.
 */
export async function gunzip(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  limit = MAX_INFLATED,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes])
    .stream()
    .pipeThrough(new DecompressionStream("gzip"))
    .getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      length += value.length;
      if (length > limit) break;
    }
  } catch {
    throw broken(name, bytes.length, length);
  }
  if (length > limit) {
    await reader.cancel();
    throw new DataError(
      "huge",
      `${name} grows past ${limit} bytes when decompressed (from ${bytes.length}); it was not read ` +
        `any further. Take a part of its rows.`,
    );
  }
  // The last four bytes are the length (modulo 2^32): some decompressors let a cut file pass.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (
    bytes.length < 18 ||
    view.getUint32(bytes.length - 4, true) !== length >>> 0
  ) {
    throw broken(name, bytes.length, length);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function broken(name: string, compressed: number, length: number): DataError {
  return new DataError(
    "truncated",
    `${name} is compressed (gzip), and its ${compressed} bytes break off or are damaged after ` +
      `byte ${length} of their content. Download it again.`,
  );
}
