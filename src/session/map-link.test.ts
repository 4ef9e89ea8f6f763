import { expect, test } from "@playwright/test";
import { MAP_VIEWS, readMap, writeMap } from "./map-link.ts";
import type { MapAxis } from "./map-protocol.ts";
import { MAP_NUMBERS, MAP_STEPS, MOST_CELLS } from "./map-plan.ts";
import type { SweepField } from "./sweep-protocol.ts";

const axis = (
  field: SweepField,
  from = 0.1,
  to = 10,
  count = 32,
  scale: MapAxis["scale"] = "log",
): MapAxis => ({ field, from, to, count, scale });

test("a map is written by the link's own keys; what is usual is left out", () => {
  const axes = [axis("beta"), axis("etaDec", 0.2, 2, 16, "linear")];
  expect(writeMap({ axes })).toBe("b:0.1..10:32:log,ed:0.2..2:16:linear");
  expect(writeMap({ axes, steps: MAP_STEPS }, "active")).toBe(
    "b:0.1..10:32:log,ed:0.2..2:16:linear",
  );
  expect(writeMap({ axes: axes.slice(0, 1), steps: 9000 }, "kl")).toBe(
    "b:0.1..10:32:log,t:9000,q:kl",
  );
  expect(writeMap({ axes: axes.slice(0, 1) }, "loss", "difference")).toBe(
    "b:0.1..10:32:log,q:loss,v:difference",
  );
});

test("addresses from before views were in them show what was measured", () => {
  expect(readMap("b:0.1..10:32:log,ed:0.2..2:16:linear,t:9000,q:kl")).toEqual({
    axes: [axis("beta"), axis("etaDec", 0.2, 2, 16, "linear")],
    steps: 9000,
    quantity: "kl",
    view: "measured",
    unread: [],
  });
});

test("a number or a view that nobody knows is said, and the map is read", () => {
  expect(readMap("b:0.1..10:32:log,q:joy,v:upside,e:sampled")).toEqual({
    axes: [axis("beta")],
    steps: MAP_STEPS,
    quantity: "active",
    view: "measured",
    estimator: "sampled",
    unread: ["q:joy", "v:upside"],
  });
  expect(readMap("b:0.1..10:32:log,q,v")?.unread).toEqual(["q", "v"]);
});

const FIELDS: readonly SweepField[] = [
  "beta",
  "beta2",
  "etaDec",
  "etaEnc",
  "latents",
  "latents2",
  "std",
  "std2",
  "correlation",
  "freeBits",
  "learningRate",
];

test("every field, number and range comes back as it was written", () => {
  for (const [i, field] of FIELDS.entries())
    for (const quantity of MAP_NUMBERS) {
      const axes = [
        axis(field, -0.95, 1.25e-7 + i, MOST_CELLS, "linear"),
        axis(FIELDS[(i + 1) % FIELDS.length], 1e-9, 123456, 2),
      ];
      for (const shown of [axes, axes.slice(0, 1)])
        for (const steps of [1, MAP_STEPS, 1e6]) {
          const view = MAP_VIEWS[(i + steps) % MAP_VIEWS.length];
          const text = writeMap({ axes: shown, steps }, quantity, view);
          const [first, ...others] = shown;
          // Six digits tell numbers apart.
          const to = Number(first.to.toPrecision(6));
          expect(readMap(text)).toEqual({
            axes: [{ ...first, to }, ...others],
            steps,
            quantity,
            view,
            unread: [],
          });
        }
    }
});

test("keys of different fields differ", () => {
  const keys = FIELDS.map((field) => writeMap({ axes: [axis(field)] }));
  expect(new Set(keys).size).toBe(FIELDS.length);
});

for (const [what, text] of [
  ["nothing", ""],
  ["no axis", "t:100"],
  ["three axes", "b:1..2:3:log,ed:1..2:3:log,ee:1..2:3:log"],
  ["a key nobody has", "wobble:1..2:3:log"],
  ["a setting that is no number", "d:1..2:3:log"],
  ["no range", "b"],
  ["half a range", "b:1:3:log"],
  ["a range of words", "b:one..two:3:log"],
  ["an infinite range", "b:1..1e999:3:log"],
  ["no cells", "b:1..2::log"],
  ["one cell", "b:1..2:1:log"],
  ["half a cell", "b:1..2:2.5:log"],
  ["too many cells", `b:1..2:${String(MOST_CELLS + 1)}:log`],
  ["a scale nobody has", "b:1..2:3:cubic"],
  ["no scale", "b:1..2:3"],
  ["no steps", "b:1..2:3:log,t:"],
  ["negative steps", "b:1..2:3:log,t:-1"],
  ["an estimator maps do not name", "b:1..2:3:log,e:exact"],
  ["half a step", "b:1..2:3:log,t:1.5"],
])
  test(`${what} is not a map`, () => {
    expect(readMap(text)).toBeNull();
  });
