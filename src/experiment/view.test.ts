import { expect, test } from "@playwright/test";
import { parseLink, writeLink } from "./link.ts";
import { DEFAULT_CONFIG } from "./schema.ts";
import { classroomView, isClassroom, MAX_NOTE } from "./view.ts";

for (const [key, value] of [
  ["hide", "yes"],
  ["ask", "0"],
  ["lock", ""],
  ["embed", "true"],
  ["lens", "spectrum"],
  ["r", "1500"],
  ["r", "1500:21,5"],
  ["r", "-3:21,5,0.1"],
] as const) {
  test(`${key}=${value} is said and ignored`, () => {
    const link = writeLink(DEFAULT_CONFIG, { [key]: value });
    const { view, notices, config } = parseLink(link);
    expect(view).toEqual({});
    expect(config).toEqual(DEFAULT_CONFIG);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatchObject({
      code: "invalid",
      field: key,
      given: value,
    });
    expect(notices[0].message).toContain("ignored");
  });
}

test("a note is plain text of at most 140 characters", () => {
  const note = "<img src=x onerror=alert(1)> & 'more' ~ %41 😀";
  expect(parseLink(writeLink(DEFAULT_CONFIG, { note })).view.note).toBe(note);
  const long = "é".repeat(MAX_NOTE + 1);
  const { view, notices } = parseLink(
    writeLink(DEFAULT_CONFIG, { note: long }),
  );
  expect(view.note).toBe("é".repeat(MAX_NOTE));
  expect(notices.map(({ code }) => code)).toEqual(["clamped"]);
});

test("what goes along to another experiment", () => {
  const view = {
    map: "b:0.1..10:8:log",
    lens: "units",
    embed: "1",
    hide: "1",
    note: "n",
    r: "1:2,3,-",
  };
  expect(classroomView(view)).toEqual({ hide: "1", note: "n" });
  expect(isClassroom(view)).toBe(true);
  expect(isClassroom({ lens: "units", r: "1:2,3,-" })).toBe(false);
});
