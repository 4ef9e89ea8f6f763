/**
 * What a kernel is: WGSL plus the names its launcher relies on, checked against the code.
 *
 * Nothing here touches a device; `kernel-cache.ts` turns kernels into pipelines.
 * group(0) holds tensors and the optional uniform `shape`; group(1) holds the optional uniform
 * `step`, bound with a dynamic offset.
 */
import "./float16-shim.ts";
import { makeShaderDataDefinitions } from "webgpu-utils";
import type { VariableDefinition } from "webgpu-utils";

export type Access = "read" | "read_write";

export interface KernelSpec {
  readonly name: string;
  readonly code: string;
  /** WGSL appended after `code`, so that line numbers of `code` stay true. */
  readonly libraries?: readonly string[];
  /** Default `main`. */
  readonly entryPoint?: string;
  /** Storage tensors of group(0) by WGSL name. */
  readonly bindings: Readonly<Record<string, Access>>;
  /** Field names of the uniforms `shape` (group 0) and `step` (group 1, dynamic offset). */
  readonly uniforms: Readonly<Record<string, readonly string[]>>;
  /** Names of the `override` constants the launcher sets. */
  readonly overrides: readonly string[];
  /** Device features the code needs. */
  readonly features?: readonly GPUFeatureName[];
  /** Whether `unroll` goes over the code for each set of constants. */
  readonly unrolled?: boolean;
}

export interface KernelBinding {
  readonly name: string;
  readonly binding: number;
  readonly access: Access;
}

export interface KernelUniform {
  readonly name: string;
  readonly binding: number;
  /** Bytes. */
  readonly size: number;
  readonly fields: readonly string[];
  readonly definition: VariableDefinition;
}

/** A checked kernel. */
export interface Kernel {
  readonly name: string;
  /** Code and libraries, joined. */
  readonly code: string;
  readonly entryPoint: string;
  readonly bindings: readonly KernelBinding[];
  readonly shape?: KernelUniform;
  readonly step?: KernelUniform;
  readonly overrides: readonly string[];
  readonly features: readonly GPUFeatureName[];
  readonly unrolled: boolean;
}

function difference(
  got: readonly string[],
  expected: readonly string[],
): string {
  const missing = expected.filter((name) => !got.includes(name));
  const unknown = got.filter((name) => !expected.includes(name));
  return [
    missing.length > 0
      ? `not named by the launcher: ${missing.join(", ")}`
      : "",
    unknown.length > 0 ? `not in the WGSL: ${unknown.join(", ")}` : "",
  ]
    .filter((part) => part !== "")
    .join("; ");
}

function expectSame(
  what: string,
  got: readonly string[],
  expected: readonly string[],
): void {
  const problem = difference(got, expected);
  if (problem !== "") throw new Error(`${what}: ${problem}`);
}

function reflectUniform(
  kernel: string,
  name: string,
  definition: VariableDefinition,
  fields: readonly string[],
): KernelUniform {
  const type = definition.typeDefinition as {
    fields?: Record<string, unknown>;
  };
  expectSame(
    `kernel ${kernel}, uniform ${name}`,
    fields,
    Object.keys(type.fields ?? {}),
  );
  return {
    name,
    binding: definition.binding,
    size: definition.size,
    fields,
    definition,
  };
}

/**
 * Checks `spec` against its own WGSL.
 *
 * Throws when a name of a binding, uniform, field, override or entry point differs, when an
 * access mode differs, or when a variable sits in the wrong group: all bugs in the launcher.
 */
export function defineKernel(spec: KernelSpec): Kernel {
  const code = [spec.code, ...(spec.libraries ?? [])].join("\n");
  const entryPoint = spec.entryPoint ?? "main";
  const definitions = makeShaderDataDefinitions(code);
  if (!(entryPoint in definitions.entryPoints)) {
    throw new Error(`kernel ${spec.name}: no entry point ${entryPoint}`);
  }
  const resources = definitions.entryPoints[entryPoint].resources;
  const used = new Set(resources.map((resource) => resource.name));

  const storages = Object.entries(definitions.storages).filter(([name]) =>
    used.has(name),
  );
  expectSame(
    `kernel ${spec.name}, bindings`,
    Object.keys(spec.bindings),
    storages.map(([name]) => name),
  );
  const bindings = storages.map(([name, variable]): KernelBinding => {
    const entry = resources.find((resource) => resource.name === name)?.entry;
    const access = entry?.buffer?.type === "storage" ? "read_write" : "read";
    if (variable.group !== 0)
      throw new Error(`kernel ${spec.name}: ${name} is not in group 0`);
    if (access !== spec.bindings[name]) {
      throw new Error(
        `kernel ${spec.name}: ${name} is ${access} in the WGSL, ${spec.bindings[name]} in the launcher`,
      );
    }
    return { name, binding: variable.binding, access };
  });

  const uniforms = Object.entries(definitions.uniforms).filter(([name]) =>
    used.has(name),
  );
  expectSame(
    `kernel ${spec.name}, uniforms`,
    Object.keys(spec.uniforms),
    uniforms.map(([name]) => name),
  );
  let shape: KernelUniform | undefined;
  let step: KernelUniform | undefined;
  for (const [name, variable] of uniforms) {
    const uniform = reflectUniform(
      spec.name,
      name,
      variable,
      spec.uniforms[name],
    );
    if (name === "shape" && variable.group === 0) shape = uniform;
    else if (name === "step" && variable.group === 1) step = uniform;
    else
      throw new Error(
        `kernel ${spec.name}: uniform ${name} in group ${variable.group}`,
      );
  }

  const declared = [...code.matchAll(/^\s*override\s+(\w+)/gm)].map(
    (match) => match[1],
  );
  const unknown = spec.overrides.filter((name) => !declared.includes(name));
  if (unknown.length > 0) {
    throw new Error(
      `kernel ${spec.name}, overrides: not in the WGSL: ${unknown.join(", ")}`,
    );
  }
  return {
    name: spec.name,
    code,
    entryPoint,
    bindings,
    ...(shape ? { shape } : {}),
    ...(step ? { step } : {}),
    overrides: spec.overrides,
    features: spec.features ?? [],
    unrolled: spec.unrolled ?? false,
  };
}
