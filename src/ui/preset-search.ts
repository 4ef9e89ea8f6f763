/** Finding presets by words. */
import { text } from "./strings.ts";
import type { Preset } from "../experiment/preset.ts";

const plain = (text: string): string =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** What a search looks at. */
function wordsOf({ title, question, source, config }: Preset): string {
  return plain(
    [title, question, source, text.header.kindTitles[config.base.model]].join(
      " ",
    ),
  );
}

/** Presets that mention every word, in their order; all of them for no words. */
export function findPresets(
  presets: readonly Preset[],
  query: string,
): readonly Preset[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  return presets.filter((preset) => {
    const all = wordsOf(preset);
    return words.every((word) => all.includes(word));
  });
}
