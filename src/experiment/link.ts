/**
 * Link v1: an experiment as a readable, complete and checked URL fragment.
 *
 *     #v=1&m=lin&d=spec:3,2.4&...&s1=learn:1~fix:1&...&pace=150&x=9f3c
 *
 * Every setting that the lanes' models have is always written, and no other, so later defaults never
 * change an old link; those of networks (`optional` in the table) only where some lane's is not
 * neutral: absent means the value in `neutral.ts`, for ever. `A~B` lists a value per lane where
 * lanes differ. `x` checks everything between "#" and itself. Links already written must parse for
 * ever (`golden-links.json`).
 */
import { isNeutral, neutralized } from "./agree.ts";
import { checkValue } from "./check-value.ts";
import { allLanes, type ExperimentConfig, type Notice } from "./config.ts";
import { fieldsOf } from "./fields.ts";
import { Reader, VERSION } from "./link-reader.ts";
import { configOf, DEFAULT_CONFIG } from "./schema.ts";
import { escapeText, unescapeText, writeSetting } from "./text.ts";
import { type View, type ViewKey, VIEW_KEYS } from "./view.ts";

export type { View, ViewKey };

/** Longer than any link this program writes. */
const MAX_LENGTH = 65536;

export interface ParsedLink {
  /** Always a complete, usable experiment. */
  readonly config: ExperimentConfig;
  /** Everything that is not used exactly as the link has it. */
  readonly notices: readonly Notice[];
  /** Settings that were read (as given or repaired), of the `expected` that its models have. */
  readonly read: number;
  readonly expected: number;
  /** Keys not known here, with their values as written, in link order. */
  readonly unknown: readonly (readonly [string, string])[];
  readonly view: View;
  /** Version the link says it has; 1 if it says none. */
  readonly version: number;
}

/** The link of an experiment, from "#" to its check value. */
export function writeLink(config: ExperimentConfig, view: View = {}): string {
  const lanes = allLanes(config).map(neutralized);
  const fields = fieldsOf(lanes.map((lane) => lane.model)).filter(
    (field) =>
      !field.optional || lanes.some((lane) => !isNeutral(field.key, lane)),
  );
  const pairs = fields.map(({ key, link, perLane }) => {
    const texts = (perLane ? lanes : lanes.slice(0, 1)).map((lane) =>
      writeSetting(key, lane[key]),
    );
    // One list is always written in full: it alone tells how many lanes there are if none differ.
    const shared =
      key !== "encoderVariance" && texts.every((text) => text === texts[0]);
    return `${link}=${shared ? texts[0] : texts.join("~")}`;
  });
  for (const key of VIEW_KEYS) {
    const value = view[key];
    // Maps and receipts are made of a link's own signs, and stay readable.
    const plain =
      (key === "map" || key === "r") && /^[\w.:,@-]*$/.test(value ?? "");
    if (value !== undefined)
      pairs.push(`${key}=${plain ? value : escapeText(value)}`);
  }
  const body = [`v=${String(VERSION)}`, ...pairs].join("&");
  return `#${body}&x=${checkValue(body)}`;
}

/** The fragment without what surrounds a pasted link: address, spaces, closing punctuation. */
function fragmentOf(text: string): string {
  const fragment = /^[^#]*:\/\/[^#]*$/.test(text)
    ? ""
    : text.slice(text.indexOf("#") + 1);
  return fragment
    .slice(0, MAX_LENGTH)
    .replace(/\s/g, "")
    .replaceAll("&amp;", "&")
    .replace(/(&x=[0-9a-f]{4})[)\].,;:!?>"'”’]+$/i, "$1");
}

interface Body {
  readonly text: string;
  /** Check value as written (lower case) and as it should be; `written` is null if there is none. */
  readonly written: string | null;
  readonly right: string;
}

function withCheck(text: string): Body {
  const end = /(?:^|&)x=([^&]*)/.exec(text);
  if (!end || !/^[0-9a-f]{4}$/i.test(end[1])) {
    return { text, written: null, right: checkValue(text) };
  }
  const right = checkValue(text.slice(0, end.index));
  return { text, written: end[1].toLowerCase(), right };
}

/**
 * The fragment as it was written: some messengers escape ",", ":" and "~", or everything. The
 * check value tells which reading is right; without a right one the text stands as it is.
 */
function asWritten(fragment: string): Body {
  const separators = fragment
    .replace(/%2c/gi, ",")
    .replace(/%3a/gi, ":")
    .replace(/%7e/gi, "~");
  const readings = [fragment, separators, unescapeText(fragment)].map(
    withCheck,
  );
  return (
    readings.find(({ written, right }) => written === right) ?? readings[0]
  );
}

/** What the check value says of the link, if it does not agree. */
function judged({ text, written, right }: Body, reader: Reader): Notice | null {
  if (written === right) return null;
  const { fields } = reader;
  const whole = reader.read === fields.length;
  const read = `${whole ? "" : `${String(reader.read)} of `}${String(fields.length)} settings were read`;
  if (written === null) {
    const last = fields.find(
      ({ link }) => link === [...reader.texts.keys()].at(-1),
    );
    const doubt =
      last === undefined || /&x(?:=[0-9a-f]*)?$/i.test(text)
        ? ""
        : ` The last one, ${last.label}, may be incomplete.`;
    const cut = whole
      ? `This link has no check value at its end, so it may be cut off or typed by hand; all ${read}`
      : `This link looks cut off; ${read}`;
    return { code: "cut", field: "x", message: `${cut}.${doubt}` };
  }
  return {
    code: "invalid",
    field: "x",
    given: written,
    used: right,
    message: `This link was changed after it was written; ${read} as they stand now.`,
  };
}

/**
 * Reads a link: a whole address, "#..." or the bare text. Never throws; whatever is not used
 * exactly as written is in `notices`. No link at all is the default experiment.
 */
export function parseLink(text: string): ParsedLink {
  const fragment = fragmentOf(text.trim());
  if (fragment === "") {
    const expected = fieldsOf([DEFAULT_CONFIG.base.model]).filter(
      ({ optional }) => !optional,
    ).length;
    const none = { notices: [], unknown: [], view: {}, version: VERSION };
    return { config: DEFAULT_CONFIG, read: expected, expected, ...none };
  }
  const body = asWritten(fragment);
  const reader = new Reader(body.text);
  const config = configOf(reader.lanes());
  const verdict = judged(body, reader);
  const { fields, notices, read, unknown, view, version } = reader;
  return {
    config,
    notices: verdict ? [verdict, ...notices] : notices,
    read,
    expected: fields.length,
    unknown,
    view,
    version,
  };
}
