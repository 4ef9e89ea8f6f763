/** `npm run sweep`: a small spec to a file of rows, data of one's own, and what is wrong said in words. */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { configOf, DEFAULT_CONFIG } from "../../src/experiment/schema.ts";
import { writeLink } from "../../src/experiment/link.ts";
import type { SweepRow, SweepSpec } from "../../src/session/sweep-protocol.ts";
import { idxImages, idxLabels } from "../app/data-files.ts";
import { expect, test } from "../harness/fixture.ts";

const RUN = fileURLToPath(new URL("../sweep/run.mjs", import.meta.url));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

function sweep(...args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [RUN, ...args], (error, out, said) => {
      const code = error === null ? 0 : Number(error.code);
      resolve({ code, out, said: said.trim() });
    });
  });
}

const CONFIG = configOf([
  {
    ...DEFAULT_CONFIG.base,
    data: { kind: "spectrum", theta: [3, 2, 1, 0.5] },
    rows: 32,
    latents: 4,
    estimator: "exact",
  },
]);
const LINK = writeLink(CONFIG);
const AXES = [{ field: "beta", values: [0.5, 2] }];

test("a small spec becomes a file of rows and a table", async ({}, info) => {
  const path = info.outputPath("spec.json");
  const json = info.outputPath("rows.json");
  writeFileSync(path, JSON.stringify({ link: LINK, axes: AXES, steps: 1500 }));
  const { code, out, said } = await sweep(
    path,
    "--json",
    json,
    "--engine",
    "cpu",
  );
  expect([code, said]).toEqual([0, ""]);
  const saved = JSON.parse(readFileSync(json, "utf8")) as {
    engine: string;
    spec: SweepSpec;
    rows: SweepRow[];
  };
  expect(saved.engine).toBe("cpu");
  expect(saved.spec.seeds).toEqual([7]);
  expect(saved.spec.config).toEqual(CONFIG);
  // theta^2 is 9, 4, 1, .25 and eta 1.
  expect(
    saved.rows.map(({ values, steps, levels, linear }) => [
      values,
      steps,
      levels[0].activeModes,
      linear?.activeUnits,
    ]),
  ).toEqual([
    [[0.5], 1500, 3, [3]],
    [[2], 1500, 2, [2]],
  ]);
  const [head, ...lines] = out.trim().split("\n");
  expect(head.split(/\s+/)).toEqual([
    "beta",
    "seed",
    "loss",
    "kl",
    "active",
    "theory",
  ]);
  expect(lines.map((line) => line.trim().split(/\s+/)[4])).toEqual(["3", "2"]);
});

test("a file of one's own is trained on, by a path in the spec and as the file of a link", async ({}, info) => {
  const images = idxImages(40, 4);
  const labels = idxLabels(40);
  for (const { name, buffer } of [images, labels])
    writeFileSync(info.outputPath(name), buffer);
  const path = info.outputPath("spec.json");
  const json = info.outputPath("rows.json");
  const common = { axes: [{ field: "beta", values: [1] }], steps: 20 };
  writeFileSync(
    path,
    JSON.stringify({
      link: LINK,
      data: images.name,
      labels: labels.name,
      ...common,
    }),
  );
  expect(await sweep(path, "--json", json, "--engine", "cpu")).toMatchObject({
    code: 0,
    said: "",
  });
  const read = (): { spec: SweepSpec; rows: SweepRow[] } =>
    JSON.parse(readFileSync(json, "utf8")) as {
      spec: SweepSpec;
      rows: SweepRow[];
    };
  const first = read();
  const { data } = first.spec.config.base;
  expect(data).toMatchObject({
    kind: "file",
    name: images.name,
    bytes: images.buffer.length,
  });
  expect(first.rows[0].loss).toEqual(expect.any(Number));

  // The link of that experiment names the file: it is asked for, checked, and trains alike.
  writeFileSync(
    path,
    JSON.stringify({ link: writeLink(first.spec.config), ...common }),
  );
  const missing = await sweep(path);
  expect([missing.code, missing.said]).toEqual([
    1,
    `The experiment trains on the file "${images.name}": give its path as "data" beside the axes, or with --data.`,
  ]);
  const other = join(info.outputDir, "other.idx3-ubyte");
  writeFileSync(other, idxImages(41, 4).buffer);
  const wrong = await sweep(path, "--data", other);
  expect(wrong.code).toBe(1);
  expect(wrong.said).toContain('"other.idx3-ubyte"');
  expect(wrong.said).toContain("is another one");
  const again = info.outputPath(images.name);
  expect(
    await sweep(path, "--data", again, "--json", json, "--engine", "cpu"),
  ).toMatchObject({ code: 0 });
  expect(read().rows[0].loss).toBe(first.rows[0].loss);
});

test("what is wrong in a spec is said, in a sentence and without a browser", async ({}, info) => {
  const path = info.outputPath("spec.json");
  const of = (spec: unknown): string =>
    typeof spec === "string" ? spec : JSON.stringify(spec);
  for (const [spec, words] of [
    ["{ axes", "is not JSON: "],
    ["[]", 'is no sweep: expected { "link"'],
    [{ link: LINK }, 'has no "axes": expected a list such as [{ "field"'],
    [{ axes: AXES }, 'neither "link" nor "config"'],
    [{ axes: AXES, link: LINK, config: CONFIG }, 'both "link" and "config"'],
    [{ axes: [], link: LINK }, '"axes" of '],
    [{ axes: [{ field: "beta" }], link: LINK }, "expected a list such as"],
    [{ axes: AXES, link: LINK, seeds: 7 }, '"seeds" of '],
    [{ axes: AXES, link: LINK, steps: "many" }, 'is "many": expected a whole'],
    [{ axes: AXES, link: LINK, step: 3 }, 'has "step", which a sweep does not'],
    [{ axes: AXES, link: LINK, data: "none.idx" }, "There is no file"],
  ] as const) {
    writeFileSync(path, of(spec));
    const { code, said } = await sweep(path);
    expect([code, said]).toEqual([1, expect.stringContaining(words)]);
    expect(said.split("\n")).toHaveLength(1);
  }
  expect((await sweep()).said).toContain("Which sweep?");
  expect((await sweep("nowhere.json")).said).toBe(
    'There is no file "nowhere.json".',
  );
  writeFileSync(path, of({ axes: AXES, link: LINK }));
  expect((await sweep(path, "--engine", "abacus")).said).toBe(
    '--engine is "abacus": expected webgpu or cpu.',
  );
});

test("what the page finds wrong is said without where in the page", async ({}, info) => {
  const path = info.outputPath("spec.json");
  for (const [spec, words] of [
    [{ axes: AXES, link: LINK.replace("&k=4", "&k=many") }, "many"],
    [
      { axes: [{ field: "beta", values: [-1] }], link: LINK },
      /^beta cannot be -1: /,
    ],
    [
      { axes: [{ field: "joy", values: [1] }], link: LINK },
      /^A sweep cannot vary joy: choose among beta, /,
    ],
  ] as const) {
    writeFileSync(path, JSON.stringify(spec));
    const { code, said } = await sweep(path, "--engine", "cpu");
    expect(code).toBe(1);
    expect(said).toMatch(words);
    expect(said).not.toMatch(/page\.evaluate|\n/);
  }
});
