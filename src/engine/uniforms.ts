/** Writing uniforms by name, with the layout reflected from the WGSL. */
import "./float16-shim.ts";
import { makeStructuredView } from "webgpu-utils";
import type { KernelUniform } from "./kernel.ts";

export type UniformValue = number | readonly number[];
export type UniformValues = Readonly<Record<string, UniformValue>>;

/** Bytes of `values` laid out as the WGSL struct asks. Throws when a field is missing or unknown. */
export function packUniform(
  uniform: KernelUniform,
  values: UniformValues,
): ArrayBuffer {
  const given = Object.keys(values);
  const missing = uniform.fields.filter((field) => !given.includes(field));
  const unknown = given.filter((field) => !uniform.fields.includes(field));
  if (missing.length + unknown.length > 0) {
    throw new Error(
      `uniform ${uniform.name}: missing [${missing.join(", ")}], unknown [${unknown.join(", ")}]`,
    );
  }
  const view = makeStructuredView(uniform.definition);
  view.set(values);
  return view.arrayBuffer;
}
