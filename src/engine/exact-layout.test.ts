import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import "./float16-shim.ts";
import { makeShaderDataDefinitions } from "webgpu-utils";
import {
  chooseVariant,
  ensembleLayout,
  planEnsemble,
  weightIndex,
} from "./exact-layout.ts";
import { MODEL_BYTES, MODEL_FIELDS } from "./exact-model.ts";
import { adamSchedule, SCHEDULE_STEPS } from "./exact-schedule.ts";
import {
  chooseWork,
  WORK_MODEL_BYTES,
  WORK_MODEL_FIELDS,
} from "./exact-work.ts";

const LIMITS = {
  maxBufferSize: 2 ** 28,
  maxStorageBufferBindingSize: 2 ** 27,
  maxComputeWorkgroupsPerDimension: 65535,
};

test("software adapters get a quad a model where it fits, others a workgroup", () => {
  const shape = { coordinates: 17, latents: 8 };
  expect(chooseVariant({ tier: "software", subgroups: true }, shape)).toEqual({
    kernel: "quad",
    groups: 8,
  });
  const without = { tier: "software", subgroups: false } as const;
  const software = { tier: "software", subgroups: true } as const;
  const hardware = { tier: "hardware", subgroups: true } as const;
  expect(chooseVariant(hardware, shape).kernel).toBe("workgroup");
  expect(chooseVariant(without, shape).kernel).toBe("workgroup");
  expect(chooseVariant(software, { ...shape, latents: 33 }).kernel).toBe(
    "workgroup",
  );
  for (const size of [
    { coordinates: 33, latents: 8 },
    { coordinates: 17, latents: 9 },
    { coordinates: 1024, latents: 24 },
  ]) {
    expect(chooseVariant(software, size).kernel).toBe("registers");
  }
  for (const size of [
    { coordinates: 1025, latents: 8 },
    { coordinates: 17, latents: 25 },
  ]) {
    expect(chooseVariant(software, size).kernel).toBe("rows");
  }
  expect(() => chooseVariant(without, shape, { kernel: "quad" })).toThrow(
    /exact-quad/,
  );
});

test("workgroup memory stays within 16 KiB at every size", () => {
  for (let latents = 1; latents <= 64; latents++) {
    for (const coordinates of [1, 7, 64, 784]) {
      for (const workgroupSize of [4, 64, 256]) {
        const variant = chooseVariant(
          { tier: "hardware", subgroups: false },
          { coordinates, latents },
          { kernel: "workgroup", workgroupSize },
        );
        if (variant.kernel !== "workgroup") throw new Error("not asked for");
        const others = 4 * workgroupSize + 4 * 16 + 8 * 16;
        expect(16 * variant.gramVectors + others).toBeLessThanOrEqual(16384);
      }
    }
  }
});

test("a workgroup's memory stays within 16 KiB for models of several matrices", () => {
  for (let width = 1; width <= 16; width++) {
    for (const rows of [4, 64, 784]) {
      for (const others of [0, 4 * width * 3 * width]) {
        const { workgroupSize, local, localVectors, splits } = chooseWork(
          "hardware",
          width,
          rows,
          others,
        );
        const parts = 16 * workgroupSize + 16 * 16;
        expect(16 * localVectors + parts).toBeLessThanOrEqual(16384);
        expect(splits).toBeGreaterThanOrEqual(1);
        expect(local).toBe(8 * width * width + others <= 720);
      }
    }
  }
  expect(() => chooseWork("software", 1, 4, 0, { kernel: "quad" })).toThrow(
    /plain VAEs only/,
  );
});

test("weights of every coordinate and latent have a place of their own", () => {
  for (const kernel of ["quad", "registers", "rows", "workgroup"] as const) {
    const shape = { coordinates: 13, latents: 7 };
    const gpu = { tier: "software", subgroups: true } as const;
    const layout = ensembleLayout(shape, chooseVariant(gpu, shape, { kernel }));
    const places = new Set<number>();
    for (let j = 0; j < layout.coordinates; j++)
      for (let i = 0; i < layout.latents; i++)
        places.add(weightIndex(layout, j, i));
    expect(places.size).toBe(layout.weights);
    expect(Math.max(...places)).toBe(layout.weights - 1);
  }
});

test("too many latents are refused with the limit", () => {
  const gpu = { tier: "hardware", subgroups: true } as const;
  const shape = { coordinates: 5, latents: 65 };
  expect(() => ensembleLayout(shape, chooseVariant(gpu, shape))).toThrow(
    /65 latents, expected 1 to 64/,
  );
});

test("waves cover all models once, as equal as can be, within the limits", () => {
  const bytes = { arena: 6240, arenaFixed: 100, all: 6400, fixed: 1000 };
  expect(planEnsemble(LIMITS, 1024, bytes)).toEqual([
    { first: 0, count: 1024 },
  ]);
  const memory = 1000 + 100 * 6400;
  const waves = planEnsemble(LIMITS, 1001, bytes, memory);
  expect(waves.length).toBe(11);
  let next = 0;
  for (const { first, count } of waves) {
    expect(first).toBe(next);
    expect(count).toBe(91);
    next += count;
  }
  expect(next).toBe(1001);
  const small = { arena: 48, arenaFixed: 0, all: 48, fixed: 0 };
  const many = planEnsemble(LIMITS, 200000, small);
  expect(Math.max(...many.map(({ count }) => count))).toBeLessThanOrEqual(
    65535,
  );
  const crowded = { ...small, arenaFixed: 2 ** 27 - 48 };
  expect(planEnsemble(LIMITS, 2, crowded).length).toBe(2);
  const large = { arena: 2 ** 24, arenaFixed: 0, all: 2 ** 24, fixed: 0 };
  expect(planEnsemble(LIMITS, 9, large, 2 ** 40).length).toBe(2);
  expect(() => planEnsemble(LIMITS, 1, bytes, 7399)).toThrow(/7400 bytes/);
});

test("the model record has the layout of the WGSL struct", () => {
  const code = readFileSync("shaders/lib/exact-vae.wgsl", "utf8");
  // Node lacks the constants of WebGPU that the reflection names.
  Object.assign(globalThis, {
    GPUShaderStage: { VERTEX: 1, FRAGMENT: 2, COMPUTE: 4 },
  });
  const { structs } = makeShaderDataDefinitions(code);
  const { size, fields } = structs.Model;
  expect(size).toBe(MODEL_BYTES);
  MODEL_FIELDS.forEach((field, index) => {
    expect(fields[field].offset, field).toBe(4 * index);
  });
  expect(Object.keys(fields).length).toBe(MODEL_FIELDS.length);
});

test("the shared model record has the layout of the WGSL struct", () => {
  const library = readFileSync("shaders/lib/exact.wgsl", "utf8");
  for (const name of ["exact-mhvae", "exact-cvae"]) {
    const code = readFileSync(`shaders/${name}.wgsl`, "utf8");
    const { structs } = makeShaderDataDefinitions(`${code}\n${library}`);
    const { size, fields } = structs.Model;
    expect(size).toBe(WORK_MODEL_BYTES);
    expect(Object.keys(fields)).toEqual([...WORK_MODEL_FIELDS]);
    WORK_MODEL_FIELDS.forEach((field, index) => {
      expect(fields[field].offset, field).toBe(4 * index);
    });
  }
});

test("Adam's corrections end at exactly 1 in float32", () => {
  const schedule = adamSchedule();
  expect(schedule[0]).toBe(Math.fround(Math.sqrt(1 - 0.999) / (1 - 0.9)));
  expect(schedule[2 * SCHEDULE_STEPS]).toBe(1);
  expect(schedule[2 * SCHEDULE_STEPS + 1]).toBe(Math.fround(1e-8));
  expect(schedule[2 * 1000]).toBeLessThan(1);
});
