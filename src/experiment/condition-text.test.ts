import { expect, test } from "@playwright/test";
import {
  readColumns,
  readCondition,
  writeColumns,
  writeCondition,
} from "./condition-text.ts";

test("columns are counted from 1 and runs joined", () => {
  expect(writeColumns([0, 1, 2, 3, 4, 7])).toBe("1-5,8");
  expect(writeColumns([3])).toBe("4");
  expect(writeColumns([0, 2, 3])).toBe("1,3-4");
  expect(readColumns("1-5,8")).toEqual([0, 1, 2, 3, 4, 7]);
  expect(readColumns(" 4 , 9 ")).toEqual([3, 8]);
  expect(readColumns("8,1-2")).toEqual([7, 0, 1]);
});

test("what is no list of columns is not read as one", () => {
  for (const text of ["", "a", "1-", "-1", "5-1", "1.5", "1,,2", "1e3"])
    expect(readColumns(text), text).toBeNull();
});

test("a huge run costs nothing and shows as out of range", () => {
  const columns = readColumns("3000-999999999");
  expect(columns).toHaveLength(74);
  expect(columns?.at(-1)).toBe(3072);
  expect(readColumns("999999999")).toEqual([999999998]);
  expect(readColumns(Array.from({ length: 99 }, () => "1-3072").join())).toBe(
    null,
  );
});

test("conditions are words", () => {
  for (const [condition, text] of [
    [{ kind: "correlated" }, "rho"],
    [{ kind: "quarter" }, "quarter"],
    [{ kind: "half" }, "half"],
    [{ kind: "columns", columns: [0, 1, 5] }, "cols:1-2,6"],
  ] as const) {
    expect(writeCondition(condition)).toBe(text);
    expect(readCondition(text)).toEqual(condition);
  }
  for (const text of ["cols", "cols:", "cols:1:2", "rho:1", "third"])
    expect(readCondition(text)).toBe(text);
});
