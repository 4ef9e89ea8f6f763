import { expect, test } from "@playwright/test";
import { chartMarkup, type SvgChart } from "./chart-svg.ts";

const colors = { ink: "#000", soft: "#555", rule: "#ddd", background: "#fff" };
const line = (value: readonly number[], theory: number | null = null) => ({
  name: "A",
  color: "#0072b2",
  dashed: false,
  step: value.map((_, i) => i),
  value,
  length: value.length,
  theory,
});
const chart = (change: Partial<SvgChart>): SvgChart => ({
  unit: "<nats>",
  steps: 100,
  log: false,
  lines: [],
  ...change,
});

/** Points of the first line drawn in the lane's color and wide. */
function points(body: string): number[][] {
  const d = /<path d="M([\d .L-]+)" fill="none" stroke="#0072b2"/.exec(
    body,
  )?.[1];
  return (d ?? "").split("L").map((pair) => pair.split(" ").map(Number));
}

test("lines go from left to right and down as the loss falls", () => {
  const value = Array.from({ length: 101 }, (_, i) => 30 - i / 10);
  const { body } = chartMarkup(chart({ lines: [line(value, 21)] }), colors);
  const drawn = points(body);
  expect(drawn.length).toBe(101);
  expect(drawn.every(([x], i) => i === 0 || x > drawn[i - 1][0])).toBe(true);
  expect(drawn.every(([, y], i) => i === 0 || y >= drawn[i - 1][1])).toBe(true);
  expect(body).toContain("&lt;nats&gt;");
  expect(body).toContain("theory 21");
});

test("long series are thinned, to their very end", () => {
  const value = Array.from({ length: 50_000 }, (_, i) => 1 / (i + 1));
  const { body } = chartMarkup(
    chart({ steps: 50_000, log: true, lines: [line(value)] }),
    colors,
  );
  const drawn = points(body);
  expect(drawn.length).toBeLessThanOrEqual(601);
  expect(drawn[drawn.length - 1][0]).toBeCloseTo(
    64 + (49_999 / 50_000) * 560,
    1,
  );
});

test("nothing measured, zeros on a log axis and numbers that are none are drawn as nothing", () => {
  for (const lines of [
    [],
    [line([])],
    [line([NaN, Infinity])],
    [line([0, 0])],
  ]) {
    const { body } = chartMarkup(chart({ log: true, lines }), colors);
    expect(body).not.toContain("NaN ");
    expect(points(body)).toEqual([[0]]);
  }
});
