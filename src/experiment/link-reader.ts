/** Reads the body of a link v1, without its check value, which is `link.ts`'s business. */
import { checkSetting } from "./check.ts";
import {
  allLanes,
  type ModelKind,
  type Notice,
  type Settings,
} from "./config.ts";
import { type Field, fieldOf, FIELDS, fieldsOf } from "./fields.ts";
import { cleared, noticeOf, quoted, tooManyLanes } from "./notices.ts";
import { NEUTRAL } from "./neutral.ts";
import { MAX_LANES } from "./ranges.ts";
import { defaultConfigOf, defaultOf } from "./schema.ts";
import {
  readSetting,
  type SettingKey,
  unescapeText,
  writeSetting,
} from "./text.ts";
import { readView, VIEW_KEYS, type ViewKey } from "./view.ts";

export const VERSION = 1;
type Pair = readonly [key: string, value: string];

function pairOf(part: string): Pair {
  const at = part.indexOf("=");
  return at < 0
    ? [unescapeText(part), ""]
    : [unescapeText(part.slice(0, at)), part.slice(at + 1)];
}

/** The texts of a key, one per lane or one for all. File names keep their own escapes. */
function laneTexts(value: string): string[] {
  return (value.includes("file:") ? value : unescapeText(value)).split("~");
}

/** Collects what a link body says, and a notice for everything not used as written. */
export class Reader {
  readonly notices: Notice[] = [];
  readonly unknown: Pair[] = [];
  readonly view: Partial<Record<ViewKey, string>> = {};
  /** Texts of each setting found, by link key. */
  readonly texts = new Map<string, string[]>();
  version = VERSION;
  read = 0;
  /** Settings of the models of all lanes; those that may be absent if they are there. */
  fields: readonly Field[] = [];
  /** Model of each lane, as far as lanes have their own; the others have the first's. */
  #models: readonly ModelKind[] = [];

  constructor(body: string) {
    const pairs = body.split("&").filter(Boolean).map(pairOf);
    const seen = new Map<string, string>();
    for (const [key, value] of pairs) {
      const first = seen.get(key);
      if (first === undefined) {
        seen.set(key, value);
        this.#take(key, value);
      } else {
        this.notices.push({
          code: "invalid",
          field: FIELDS.find((field) => field.link === key)?.key ?? key,
          given: value,
          used: first,
          message: `${quoted(key)} appears twice; the first, ${quoted(first)}, is used.`,
        });
      }
    }
    if (!seen.has("v")) {
      const message = `The link does not say its version; it is read as version ${String(VERSION)}.`;
      this.notices.push({
        code: "missing",
        field: "v",
        used: String(VERSION),
        message,
      });
    }
  }

  #take(key: string, value: string): void {
    if (key === "x") return;
    if (key === "v") this.#takeVersion(value);
    else if (FIELDS.some((field) => field.link === key))
      this.texts.set(key, laneTexts(value));
    else if (VIEW_KEYS.some((name) => name === key))
      this.#takeView(key as ViewKey, value);
    else {
      this.unknown.push([key, value]);
      const message = `${quoted(key)} is not known here and is ignored.`;
      this.notices.push({ code: "unknown", field: key, given: value, message });
    }
  }

  #takeVersion(value: string): void {
    const used = String(VERSION);
    if (!/^[1-9]\d{0,5}$/.test(value)) {
      const message = `${quoted(value)} is not a version; the link is read as version ${used}.`;
      this.notices.push({
        code: "invalid",
        field: "v",
        given: value,
        used,
        message,
      });
      return;
    }
    this.version = Number(value);
    if (this.version <= VERSION) return;
    const message = `This link was made with a newer version (${value}); what version ${used} knows of it was read.`;
    this.notices.push({
      code: "newer",
      field: "v",
      given: value,
      used,
      message,
    });
  }

  #takeView(key: ViewKey, value: string): void {
    const { value: used, notice } = readView(key, unescapeText(value));
    if (used !== null) this.view[key] = used;
    if (notice) this.notices.push(notice);
  }

  /** Complete settings of every lane. */
  lanes(): Settings[] {
    this.#models = this.#readModels();
    const known = fieldsOf(this.#models);
    this.#ignoreForeign(known);
    this.fields = known.filter(
      ({ optional, link }) => !optional || this.texts.has(link),
    );
    const lists = this.fields.map(
      (field) => this.texts.get(field.link) ?? this.#defaultTexts(field),
    );
    const given = Math.max(...lists.map((list) => list.length));
    if (given > MAX_LANES) this.notices.push(tooManyLanes(given));
    const count = Math.min(given, MAX_LANES);
    const columns = new Map(
      this.fields.map((field) => [field.key, this.#column(field, count)]),
    );
    const lanes = Array.from({ length: count }, (_, lane) => {
      const entries = FIELDS.map(({ key }) => {
        const column = columns.get(key);
        const value = column ? column[lane] : this.#defaultIn(key, lane);
        return [key, value] as const;
      });
      // Every field has checked its own value, so the record is complete and typed.
      return Object.fromEntries(entries) as unknown as Settings;
    });
    return cleared(lanes, this.notices);
  }

  /** Models of the lanes, quietly: what cannot be read is told when its own column is. */
  #readModels(): ModelKind[] {
    const field = fieldOf("model");
    const fallback = defaultOf("model", 0);
    const texts = this.texts.get(field.link) ?? [];
    const models = texts
      .slice(0, MAX_LANES)
      .map(
        (text) =>
          checkSetting("model", readSetting("model", text)).value ?? fallback,
      );
    return models.length > 0 ? models : [fallback];
  }

  /** Puts aside settings of other models. */
  #ignoreForeign(known: readonly Field[]): void {
    for (const field of FIELDS) {
      const texts = this.texts.get(field.link);
      if (!texts || known.includes(field)) continue;
      const given = texts.join("~");
      const code = "unknown";
      const message = `${quoted(field.link)} (${field.label}) is not a setting of this model and is ignored.`;
      this.texts.delete(field.link);
      this.unknown.push([field.link, given]);
      this.notices.push({ code, field: field.link, given, message });
    }
  }

  /** A field's value in each lane. */
  #column(field: Field, count: number): Settings[SettingKey][] {
    const texts = this.texts.get(field.link);
    const fallback = this.#defaultTexts(field);
    if (!texts) {
      const used = fallback.join("~");
      const message = `${field.label} is not in the link; ${quoted(used)} is used.`;
      this.notices.push({ code: "missing", field: field.key, used, message });
      return spread(fallback, count).map((_, lane) =>
        this.#defaultIn(field.key, lane),
      );
    }
    const list = this.#fitted(field, texts, count);
    const single = list.length === 1;
    const values = list.map((text, lane) =>
      this.#value(field, text, single ? null : lane),
    );
    if (values.some((value) => value !== undefined)) this.read++;
    if (single && values[0] === undefined) {
      return Array.from({ length: count }, (_, lane) =>
        this.#defaultIn(field.key, lane),
      );
    }
    return spread(values, count).map(
      (value, lane) => value ?? this.#defaultIn(field.key, lane),
    );
  }

  /** One text for all lanes, or exactly one for each. */
  #fitted(
    field: Field,
    texts: readonly string[],
    count: number,
  ): readonly string[] {
    if (texts.length === 1) return texts;
    const given = texts.join("~");
    if (!field.perLane) {
      const message = `${field.label} is shared by all lanes; the first value is used.`;
      this.notices.push({
        code: "invalid",
        field: field.key,
        given,
        used: texts[0],
        message,
      });
      return texts.slice(0, 1);
    }
    if (texts.length >= count) return texts.slice(0, count);
    const list = Array.from(
      { length: count },
      (_, lane) => texts[lane] ?? texts[0],
    );
    const message = `${field.label} is given for ${String(texts.length)} of ${String(count)} lanes; the others have lane A's.`;
    this.notices.push({
      code: "invalid",
      field: field.key,
      given,
      used: list.join("~"),
      message,
    });
    return list;
  }

  #value(
    field: Field,
    text: string,
    lane: number | null,
  ): Settings[SettingKey] | undefined {
    const { value, problems } = checkSetting<SettingKey>(
      field.key,
      readSetting(field.key, text),
    );
    const used =
      value !== undefined
        ? writeSetting(field.key, value)
        : lane === null
          ? this.#defaultTexts(field).join("~")
          : writeSetting(field.key, this.#defaultIn(field.key, lane));
    for (const problem of problems) {
      this.notices.push(noticeOf(field, problem, text, used, lane));
    }
    return value;
  }

  #defaultIn<K extends SettingKey>(key: K, lane: number): Settings[K] {
    const neutral: Partial<Settings> = NEUTRAL;
    const value = fieldOf(key).optional ? neutral[key] : undefined;
    if (value !== undefined) return value;
    return defaultOf(key, lane, this.#models[lane] ?? this.#models[0]);
  }

  /** Texts of a field in the first model's default lanes; one if they agree. */
  #defaultTexts(field: Field): string[] {
    const texts = allLanes(defaultConfigOf(this.#models[0])).map((_, lane) =>
      writeSetting(field.key, this.#defaultIn(field.key, lane)),
    );
    return texts.every((text) => text === texts[0]) ? texts.slice(0, 1) : texts;
  }
}

function spread<T>(values: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_, lane) =>
    lane < values.length ? values[lane] : values[0],
  );
}
