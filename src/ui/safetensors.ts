/**
 * The safetensors format: 8 bytes of header length (little endian), a JSON header of name to dtype,
 * shape and byte range, then the data. F32 only. Pure.
 */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Data begins at a multiple of this, as readers that map files like it. */
const ALIGNMENT = 8;

/** @param metadata plain text by key, under `__metadata__` */
export function writeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const { name, shape, values } of tensors) {
    const size = shape.reduce((a, b) => a * b, 1);
    if (size !== values.length || name in header)
      throw new Error(
        `safetensors ${name}: got ${String(values.length)} values, expected ${shape.join(" x ")} under a name of its own`,
      );
    const from = end;
    end += 4 * values.length;
    header[name] = { dtype: "F32", shape, data_offsets: [from, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const out = new Uint8Array(8 + padded + end);
  const view = new DataView(out.buffer);
  view.setBigUint64(0, BigInt(padded), true);
  out.fill(0x20, 8, 8 + padded);
  out.set(json, 8);
  let at = 8 + padded;
  for (const { values } of tensors) {
    for (const value of values) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return out;
}

/** What `writeSafetensors` wrote. @throws Error naming what is wrong with a file that it did not */
export function readSafetensors(bytes: Uint8Array): {
  readonly tensors: readonly NamedTensor[];
  readonly metadata: Readonly<Record<string, string>>;
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < 8 ? NaN : Number(view.getBigUint64(0, true));
  if (!(8 + length <= bytes.length))
    throw new Error(
      `safetensors: a header of ${String(length)} bytes does not fit in ${String(bytes.length)}`,
    );
  const text = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  const { __metadata__: metadata = {}, ...entries } = JSON.parse(text) as {
    __metadata__?: Record<string, string>;
  };
  const tensors = Object.entries(
    entries as Record<
      string,
      { dtype: string; shape: number[]; data_offsets: [number, number] }
    >,
  ).map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [from, to],
      },
    ]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      if (
        dtype !== "F32" ||
        to - from !== 4 * size ||
        8 + length + to > bytes.length
      )
        throw new Error(
          `safetensors ${name}: got ${dtype} at ${String(from)} to ${String(to)}, expected F32 of ${shape.join(" x ")}`,
        );
      const values = Float32Array.from({ length: size }, (_, i) =>
        view.getFloat32(8 + length + from + 4 * i, true),
      );
      return { name, shape, values };
    },
  );
  return { tensors, metadata };
}
