import { expect, test } from "@playwright/test";
import { evaluate, unroll } from "./unroll.ts";

test("bounds are computed as WGSL does: whole numbers, names, brackets, division towards zero", () => {
  const constants = { BLOCKS: 5, N: 7 };
  expect(evaluate("BLOCKS * (BLOCKS + 1u) / 2u", constants)).toBe(15);
  expect(evaluate("N / 2u - 1u", constants)).toBe(2);
  expect(evaluate("2 + 3 * 4", constants)).toBe(14);
  expect(evaluate("10u - 2u - 3u", constants)).toBe(5);
  for (const wrong of ["", "other", "2 +", "(1", "1 2", "f(1)"])
    expect(() => evaluate(wrong, constants), wrong).toThrow(/whole numbers/);
});

test("marked loops are written out, the inner with the outer's numbers; others stay", () => {
  const code = `override N: u32 = 8u;
override OTHER: bool = true;
fn main() {
  for (var n = 1u; n < N; n++) { // unroll
    // A closing } in a comment.
    for (var m = n; m < N; m++) { // unroll
      x[n] = y[m] + nm;
    }
  }
  for (var n = 0u; n < N; n++) {
    z[n] = 0.0;
  }
}
`;
  expect(unroll(code, { N: 3 })).toBe(`const N = u32(3);
override OTHER: bool = true;
fn main() {
  {
    // A closing } in a comment.
    {
      x[1u] = y[1u] + nm;
    }
    {
      x[1u] = y[2u] + nm;
    }
  }
  {
    // A closing } in a comment.
    {
      x[2u] = y[2u] + nm;
    }
  }
  for (var n = 0u; n < N; n++) {
    z[n] = 0.0;
  }
}
`);
});

test("a loop of no turns leaves nothing, one without an end or with a bound unknown is refused", () => {
  const loop = "for (var n = 0u; n < N; n++) { // unroll\n  x[n] = 1.0;\n}\n";
  expect(unroll(loop, { N: 0 })).toBe("");
  expect(() => unroll(loop, {})).toThrow(/"N" is not/);
  expect(() => unroll(loop.slice(0, -2), { N: 1 })).toThrow(/never ends/);
});
