import { expect, test } from "@playwright/test";
import { encode } from "uqr";
import { DEFAULT_LINK } from "../experiment/testing.ts";
import { qrPath, qrSvg } from "./qr-code.ts";
import { embedSnippet, linkBibtex, PAPER_BIBTEX } from "./share-snippets.ts";

const LINK = `https://example.org/${DEFAULT_LINK}`;

test("an embed escapes its link and its title", () => {
  const snippet = embedSnippet(LINK, 'a "b" <c>');
  expect(snippet).toContain("&amp;m=lin");
  expect(snippet).not.toMatch(/&(?!amp;|quot;|lt;|gt;)/);
  expect(snippet).toContain('title="a &quot;b&quot; &lt;c&gt;"');
});

test("BibTeX holds the link and no sign that LaTeX stumbles over in the title", () => {
  const entry = linkBibtex(LINK, "50% of {x} & y_1", "2026-03-01");
  expect(entry).toContain(`\\url{${LINK}}`);
  expect(entry).toContain("title        = {Collapse Lab: 50 of x y 1}");
  expect(entry).toContain("year         = {2026}");
  for (const text of [entry, PAPER_BIBTEX])
    expect(text.split("{").length).toBe(text.split("}").length);
});

/** The modules that a path fills. */
function modules(path: string, size: number): boolean[][] {
  const grid = Array.from({ length: size }, () =>
    new Array<boolean>(size).fill(false),
  );
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
    for (let i = 0; i < Number(run); i++) grid[Number(y)][Number(x) + i] = true;
  return grid;
}

test("the path is the code, module by module, in a quiet zone of four", () => {
  const code = qrPath(LINK);
  if (!code) throw new Error("no code");
  const right = encode(LINK, { ecc: "L", border: 4 });
  expect(code.size).toBe(right.size);
  expect(modules(code.path, code.size)).toEqual(right.data);
  expect(qrSvg(code, "x")).toContain(code.path);
});

test("what no code can hold has none", () => {
  expect(qrPath("x".repeat(4000))).toBeNull();
});
